//! Tables for people.

/// Pads the columns. Every character of both languages is one column wide.
pub(crate) fn aligned<const N: usize>(table: &[[String; N]]) -> String {
    let width = |column: usize| {
        table
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let rows = table.iter().map(|row| {
        let cells = row.iter().enumerate().map(|(column, cell)| format!("{cell:0$}", width(column)));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    rows.collect::<Vec<_>>().join("\n")
}
