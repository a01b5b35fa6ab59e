//! Whether the time that an operation takes tells two kinds of inputs apart: the same one again and again,
//! and ever others. As dudect does it (Reparaz, Balasch, Verbauwhede, 2017): Welch's t-test, on all
//! measurements and on those below several percentiles.

use crate::cases::{self, Case};
use crate::control;
use crate::input::{Input, rng};
use crate::machine::ticks;
use rand_core::TryRng;

const ROOM: usize = 8192;
/// How many other inputs there are.
const OTHERS: u64 = 1024;
/// Measurements that only say where the percentiles are.
const FIRST: usize = 20_000;
/// Which part of the measurements the crops keep, in thousandths.
const CROPS: [usize; 6] = [1000, 990, 950, 900, 750, 500];
/// The crop whose difference is compared from one process to the next: 900.
const COMPARED: usize = 3;
/// From here on two means are held for different, as dudect does; and a control has to reach this.
const DIFFERENT: f64 = 4.5;
const CAUGHT: f64 = 10.0;

/// Mean and variance of one class, as measurements come in (Welford).
#[derive(Clone, Copy, Default)]
struct Class {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Class {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        let off = value - self.mean;
        self.mean += off / self.count;
        self.squares += off * (value - self.mean);
    }

    fn spread(&self) -> f64 {
        self.squares / (self.count - 1.0) / self.count
    }
}

fn t([fixed, other]: &[Class; 2]) -> f64 {
    if fixed.count < 100.0 || other.count < 100.0 {
        return 0.0;
    }
    let spread = (fixed.spread() + other.spread()).sqrt();
    if spread == 0.0 { 0.0 } else { (fixed.mean - other.mean) / spread }
}

/// How to measure.
#[derive(Clone, Copy)]
struct How {
    warm: bool,
    /// Which input is the one that comes again and again.
    fixed: u64,
    /// Whether the others are no others: what is seen then is the method's own error.
    same: bool,
    /// Whether all the others are this one: what is seen then is not that one kind repeats and the other does not.
    one: Option<u64>,
    /// Whether the operation runs with an input of neither kind before it is measured: what both kinds left in
    /// branch predictors is then overlaid by the same.
    between: bool,
}

/// What is measured with: as many copies of the one input as there are others, a copy beside each, and one place
/// that each is copied to before it is used. So both kinds are read from the same addresses, and lie about in
/// memory alike: where they did not, caches made a difference.
struct Bench<'a> {
    case: &'a Case,
    inputs: Vec<[Input; 2]>,
    here: Input,
    random: chacha20::ChaCha8Rng,
    /// Whether the operation runs once before it is measured: then what loading the key left in caches and
    /// branch predictors is not measured with it.
    warm: bool,
    /// What runs in between, if anything does.
    between: Option<Input>,
}

impl<'a> Bench<'a> {
    fn new(case: &'a Case, how: How) -> Self {
        let fixed = (case.input)(how.fixed);
        let number = |number: u64| if how.same { how.fixed } else { how.one.unwrap_or(number) };
        let others: Vec<Input> = (1..=OTHERS).map(|other| (case.input)(number(other))).collect();
        let mut random = rng(99);
        let pair = |other: &Input| {
            // Which comes first is left to chance, too: neighbours are not aligned alike.
            let Ok(first) = random.try_next_u32();
            if first & 1 == 1 {
                let (other, fixed) = (other.clone(), fixed.clone());
                [fixed, other]
            } else {
                [fixed.clone(), other.clone()]
            }
        };
        let inputs = others.iter().map(pair).collect();
        let between = how.between.then(|| (case.input)(OTHERS + 1));
        Self { case, here: fixed, inputs, random, warm: how.warm, between }
    }

    /// One measurement: which class, and how long.
    fn measure(&mut self) -> (usize, f64) {
        let Ok(drawn) = self.random.try_next_u64();
        let class = usize::from(drawn & 1 == 1);
        let which = usize::try_from((drawn >> 1) % OTHERS).expect("it is small");
        self.here.copy_from(&self.inputs[which][class]);
        let mut out = [0; ROOM];
        let mut run = (self.case.load)(&self.here);
        if let Some(between) = &self.between {
            (self.case.load)(between)(&mut out);
        }
        if self.warm {
            run(&mut out);
        }
        let start = ticks();
        run(&mut out);
        let end = ticks();
        std::hint::black_box(&out);
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        (class, (end - start) as f64)
    }
}

/// What was seen.
struct Seen {
    /// The largest t of all crops, and the difference of means that it comes from, in ticks.
    t: f64,
    off: f64,
    /// The difference in the crop that is compared.
    compared: f64,
    /// How many measurements the smaller class has.
    count: usize,
}

fn look(case: &Case, per_class: usize, how: How) -> Seen {
    let mut bench = Bench::new(case, how);
    let mut first: Vec<f64> = (0..FIRST).map(|_| bench.measure().1).collect();
    first.sort_by(f64::total_cmp);
    let limits = CROPS.map(|crop| if crop == 1000 { f64::INFINITY } else { first[FIRST * crop / 1000] });
    let mut crops = [[Class::default(); 2]; CROPS.len()];
    let mut counts = [0; 2];
    while counts.iter().any(|count| *count < per_class) {
        let (class, time) = bench.measure();
        counts[class] += 1;
        for (limit, classes) in limits.iter().zip(&mut crops) {
            if time <= *limit {
                classes[class].add(time);
            }
        }
    }
    let off = |classes: &[Class; 2]| classes[0].mean - classes[1].mean;
    let found = crops.iter().map(|classes| (t(classes), off(classes)));
    let (t, most) = found.max_by(|one, other| one.0.abs().total_cmp(&other.0.abs())).unwrap_or_default();
    Seen { t, off: most, compared: off(&crops[COMPARED]), count: counts[0].min(counts[1]) }
}

/// `MEASUREMENTS [warm] [between] [fixed=NUMBER] [same|one=NUMBER] [NAME...]`: so many in each class, for the cases with these very
/// names.
pub fn all(arguments: &[String]) {
    let Some((measurements, names)) = arguments.split_first() else { panic!("how many measurements?") };
    let measurements: usize = measurements.parse().expect("a number of measurements");
    let is = |word: &str| names.iter().any(|name| name == word);
    let number = |word: &str| {
        let number = names.iter().find_map(|name| name.strip_prefix(word));
        number.map(|number| number.parse().expect("the number of an input"))
    };
    let how = How {
        warm: is("warm"),
        fixed: number("fixed=").unwrap_or(0),
        same: is("same"),
        one: number("one="),
        between: is("between"),
    };
    let mut wrong = false;
    let mut print = |case: &Case, measurements: usize, how: How| {
        let Seen { t, off, compared, count } = look(case, measurements, how);
        let verdict = match case.name.as_str() {
            "control: stops early" if t.abs() > CAUGHT => "caught, as it must be",
            "control: stops early" => {
                wrong = true;
                "A LEAK WENT UNNOTICED"
            }
            _ if t.abs() < DIFFERENT => "no difference seen",
            _ => "DIFFERENT",
        };
        println!(
            "t = {t:9.2} ({off:+.2} ticks; {compared:+.3} of the quickest 90 %), {count:8} in each class  {}: {verdict}",
            case.name
        );
    };
    if !how.same {
        // They have two inputs of their own.
        let how = How { fixed: 0, one: None, ..how };
        control::all().iter().skip(2).for_each(|control| print(control, measurements.min(100_000), how));
    }
    for case in cases::all().iter().filter(|case| names.contains(&case.name)) {
        print(case, measurements, how);
    }
    if wrong {
        std::process::exit(1);
    }
}
