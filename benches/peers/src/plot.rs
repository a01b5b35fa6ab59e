//! The hybrids as a plot: a panel for each, its operations beside each other, a bar for each peer.

use crate::result::{Measured, Op};
use plotters::prelude::*;
use std::path::Path;

const PANELS: [&str; 4] = ["X-Wing", "X25519MLKEM768", "MLKEM768-P256", "MLKEM1024-P384"];
const PEERS: [(&str, RGBColor); 7] = [
    ("khoalai", RGBColor(200, 30, 40)),
    ("fastest Rust parts", RGBColor(240, 160, 60)),
    ("aws-lc parts", RGBColor(60, 110, 180)),
    ("BoringSSL", RGBColor(90, 170, 140)),
    ("libcrux-kem", RGBColor(140, 110, 170)),
    ("x-wing", RGBColor(150, 150, 150)),
    ("OpenSSL", RGBColor(90, 90, 90)),
];

/// Our own parts are for the table: they are no peer.
fn shown(peer: &str) -> bool {
    PEERS.iter().any(|(name, _)| *name == peer)
}

fn colour(peer: &str) -> RGBColor {
    PEERS.iter().find(|(name, _)| *name == peer).map_or(BLACK, |(_, colour)| *colour)
}

pub fn draw(to: &Path, measured: &[Measured]) {
    let root = SVGBackend::new(to, (1100, 760)).into_drawing_area();
    root.fill(&WHITE).unwrap();
    let root =
        root.titled("Microseconds of processor time, medians: less is better", ("sans-serif", 20)).unwrap();
    let (panels, legend) = root.split_vertically(680);
    for (area, row) in panels.split_evenly((2, 2)).iter().zip(PANELS) {
        let of: Vec<&Measured> = measured.iter().filter(|one| one.row == row && shown(&one.peer)).collect();
        panel(area, row, &of);
    }
    for (at, (peer, colour)) in (0_i32..).zip(PEERS) {
        let x = 20 + at * 150;
        legend.draw(&Rectangle::new([(x, 8), (x + 12, 20)], colour.filled())).unwrap();
        legend.draw(&Text::new(peer, (x + 18, 8), ("sans-serif", 14))).unwrap();
    }
    root.present().unwrap();
}

fn panel(area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>, row: &str, of: &[&Measured]) {
    let mut ops: Vec<Op> = of.iter().map(|one| one.op).collect();
    ops.sort();
    ops.dedup();
    let most = of.iter().map(|one| one.time()).fold(1.0, f64::max) * 1.12;
    let mut chart = ChartBuilder::on(area)
        .caption(row, ("sans-serif", 16))
        .margin(8)
        .x_label_area_size(24)
        .y_label_area_size(44)
        .build_cartesian_2d(0.0..ops.len() as f64, 0.0..most)
        .unwrap();
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .y_label_formatter(&|time| format!("{time:.0}"))
        .light_line_style(WHITE)
        .draw()
        .unwrap();
    for (at, op) in ops.iter().enumerate() {
        let here: Vec<&&Measured> = of.iter().filter(|one| one.op == *op).collect();
        let width = 0.9 / here.len() as f64;
        for (bar, one) in here.iter().enumerate() {
            let left = at as f64 + 0.05 + bar as f64 * width;
            let corners = [(left, 0.0), (left + width * 0.92, one.time())];
            chart.draw_series([Rectangle::new(corners, colour(&one.peer).filled())]).unwrap();
            let label =
                Text::new(format!("{:.0}", one.time()), (left, one.time() + most * 0.05), ("sans-serif", 11));
            chart.draw_series([label]).unwrap();
        }
        let name = Text::new(op.name(), (at as f64 + 0.08, -most * 0.02), ("sans-serif", 12));
        chart.draw_series([name]).unwrap();
    }
}
