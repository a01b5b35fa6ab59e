//! The figures as Markdown.

use crate::result::{Measured, Op};
use crate::target;
use std::fmt::Write as _;

const BEGIN: &str = "<!-- figures: scripts/peers writes from here -->\n";
const END: &str = "<!-- to here -->";

/// The page with `figures` between its marks.
pub fn put(page: &str, figures: &str) -> String {
    let (before, rest) = page.split_once(BEGIN).expect("the page has a mark where the figures begin");
    let (_, after) = rest.split_once(END).expect("the page has a mark where the figures end");
    format!("{before}{BEGIN}\n{figures}\n{END}{after}")
}

/// A table for each row: our time, and how many times as long each peer takes.
pub fn of(measured: &[Measured]) -> String {
    let mut out = String::new();
    let mut rows: Vec<&str> = Vec::new();
    for one in measured {
        if !rows.contains(&&*one.row) {
            rows.push(&one.row);
        }
    }
    for row in rows {
        let of: Vec<&Measured> = measured.iter().filter(|one| one.row == row).collect();
        let (mut peers, mut ops): (Vec<&str>, Vec<Op>) = (Vec::new(), Vec::new());
        for one in &of {
            if !peers.contains(&&*one.peer) {
                peers.push(&one.peer);
            }
            if !ops.contains(&one.op) {
                ops.push(one.op);
            }
        }
        ops.sort();
        writeln!(out, "\n| {row} | {} |", peers.join(" | ")).unwrap();
        writeln!(out, "|---|{}", "---|".repeat(peers.len())).unwrap();
        for op in ops {
            write!(out, "| {} |", op.name()).unwrap();
            for peer in &peers {
                match of.iter().find(|one| one.op == op && one.peer == *peer) {
                    None => out.push_str(" |"),
                    Some(one) if *peer == "khoalai" => {
                        write!(out, " {:.1} ({:.1}) |", one.time(), one.least).unwrap();
                    }
                    Some(one) => write!(out, " {:.2} ({:.2}) |", one.ratio, one.ratio_of_least).unwrap(),
                }
            }
            out.push('\n');
        }
    }
    out.push('\n');
    out + &target::text(measured)
}

#[cfg(test)]
mod tests {
    #[test]
    fn figures_go_between_the_marks() {
        let page = format!("before\n{}old\n{}\nafter\n", super::BEGIN, super::END);
        let put = super::put(&page, "new");
        assert_eq!(put, format!("before\n{}\nnew\n{}\nafter\n", super::BEGIN, super::END));
        assert_eq!(super::put(&put, "new"), put);
    }
}
