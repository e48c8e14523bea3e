use super::wire::record;

/// Code that a model wants to be run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecutableCode {
    /// The source.
    pub code: String,
    /// Its language, such as `PYTHON`.
    pub language: Option<String>,
    /// What the result refers to.
    pub id: Option<String>,
}

impl ExecutableCode {
    /// Code of a language.
    pub fn new(language: impl Into<String>, code: impl Into<String>) -> Self {
        Self { code: code.into(), language: Some(language.into()), id: None }
    }
}

record! { ExecutableCode {
    "code" => code: always,
    "language" => language: some,
    "id" => id: some,
} }

/// What running [`ExecutableCode`] gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodeExecutionResult {
    /// How it ended, such as `OUTCOME_OK` or `OUTCOME_FAILED`.
    pub outcome: Option<String>,
    /// What it printed.
    pub output: Option<String>,
    /// The id of the code.
    pub id: Option<String>,
}

impl CodeExecutionResult {
    /// The result of a run.
    pub fn new(outcome: impl Into<String>, output: impl Into<String>) -> Self {
        Self { outcome: Some(outcome.into()), output: Some(output.into()), id: None }
    }
}

record! { CodeExecutionResult {
    "outcome" => outcome: some,
    "output" => output: some,
    "id" => id: some,
} }
