//! Rounds that all competitors take turns in, so that a noisy minute is everybody's.

use std::io;

/// What each competitor measures in each round; a first round warms up and isn't kept.
pub(crate) async fn interleaved<C, T>(
    rounds: usize,
    competitors: &[C],
    mut measure: impl AsyncFnMut(&C) -> io::Result<T>,
) -> io::Result<Vec<Vec<T>>> {
    let mut kept: Vec<Vec<T>> = Vec::new();
    for round in 0..=rounds {
        for (place, competitor) in competitors.iter().enumerate() {
            let figure = measure(competitor).await?;
            if round == 0 {
                kept.push(Vec::with_capacity(rounds));
            } else {
                kept[place].push(figure);
            }
        }
    }
    Ok(kept)
}

/// The figure in the middle.
pub(crate) fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
