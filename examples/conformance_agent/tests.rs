mod behaviors;
mod driver;
mod instructions;
mod parsing;
mod switches;
