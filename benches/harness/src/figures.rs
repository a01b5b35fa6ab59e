//! What was measured of one operation, in microseconds.

/// Of one operation, over all runs.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The least of all batches: what it takes when nothing disturbs it.
    pub least: f64,
    /// The median batch of each run.
    pub medians: Vec<f64>,
    /// The mean of each run. Where an operation repeats by chance, this is its time.
    pub means: Vec<f64>,
    /// All batches of each run, by round.
    runs: Vec<Vec<f64>>,
}

impl Figures {
    pub(crate) fn of<'a>(runs: impl Iterator<Item = &'a [f64]>) -> Self {
        let mut this =
            Self { least: f64::INFINITY, medians: Vec::new(), means: Vec::new(), runs: Vec::new() };
        for run in runs {
            this.least = run.iter().copied().fold(this.least, f64::min);
            this.medians.push(median(run));
            this.means.push(run.iter().sum::<f64>() / run.len() as f64);
            this.runs.push(run.to_vec());
        }
        this
    }

    /// The median of the runs' medians.
    pub fn median(&self) -> f64 {
        median(&self.medians)
    }

    /// The median of the runs' means.
    pub fn mean(&self) -> f64 {
        median(&self.means)
    }

    /// How many times as long it takes as another one that was measured in the same rounds: the median of the runs,
    /// each the median of its rounds. A machine that is slow for a while is so for both.
    pub fn times(&self, other: &Self) -> f64 {
        let each = |(ours, theirs): (&Vec<f64>, &Vec<f64>)| {
            median(&ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect::<Vec<_>>())
        };
        median(&self.runs.iter().zip(&other.runs).map(each).collect::<Vec<_>>())
    }

    /// How far the runs' medians lie apart, in parts of the least of them.
    pub fn spread(&self) -> f64 {
        let least = self.medians.iter().copied().fold(f64::INFINITY, f64::min);
        self.medians.iter().copied().fold(0.0, f64::max) / least - 1.0
    }
}

/// The one in the middle, of an even number the upper one.
///
/// # Panics
/// If there is none.
pub fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::Figures;

    #[test]
    fn figures_are_of_all_runs() {
        let runs = [&[3.0, 1.0, 2.0][..], &[5.0, 4.0, 9.0], &[2.0, 2.0, 2.0]];
        let figures = Figures::of(runs.into_iter());
        assert_eq!(figures.least, 1.0);
        assert_eq!(figures.medians, [2.0, 5.0, 2.0]);
        assert_eq!((figures.median(), figures.mean(), figures.spread()), (2.0, 2.0, 1.5));
    }

    #[test]
    fn ratios_are_of_the_same_round() {
        let runs = [&[3.0, 6.0, 3.0][..], &[2.0, 20.0, 4.0]];
        let half = [&[1.5, 3.0, 1.5][..], &[1.0, 10.0, 2.0]];
        let other = [&[1.5, 1.0, 1.5][..], &[1.0, 1.0, 2.0]];
        let runs = Figures::of(runs.into_iter());
        assert_eq!(runs.times(&Figures::of(half.into_iter())), 2.0);
        assert_eq!(runs.times(&Figures::of(other.into_iter())), 2.0, "one round is not the median");
        assert_eq!(runs.times(&runs), 1.0);
    }
}
