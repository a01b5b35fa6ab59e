//! A second opinion on DER: whether bytes are one value in DER, whatever it says.

/// Whether `bytes` are exactly one value in DER (X.690 §10, §11), as far as its tags tell. Values
/// for which `skip` says so are taken as they are.
pub fn is_der(bytes: &[u8], skip: fn(tag: u8) -> bool) -> bool {
    matches!(value(bytes, skip, 0), Some(rest) if rest.is_empty())
}

/// The contents of the values inside a SEQUENCE that [`is_der`] accepts.
pub fn inside(sequence: &[u8]) -> Vec<&[u8]> {
    let (mut contents, mut rest) = (Vec::new(), content(sequence));
    while !rest.is_empty() {
        let after = value(rest, |_| true, 0).expect("DER");
        contents.push(content(&rest[..rest.len() - after.len()]));
        rest = after;
    }
    contents
}

/// The content of one value.
fn content(value: &[u8]) -> &[u8] {
    let head = if value[1] < 0x80 { 2 } else { 2 + usize::from(value[1] & 0x7f) };
    &value[head..]
}

/// Reads one value and returns what follows it.
fn value(bytes: &[u8], skip: fn(u8) -> bool, depth: usize) -> Option<&[u8]> {
    let (&tag, rest) = bytes.split_first()?;
    // Tag numbers above 30 are in none of our formats.
    if tag & 0x1f == 0x1f || depth > 32 {
        return None;
    }
    let (&first, rest) = rest.split_first()?;
    let (len, rest) = match first {
        ..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (long, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let len = long.iter().fold(0, |len, byte| len << 8 | usize::from(*byte));
            // The shortest form, and no zeros in front.
            if len < 0x80 || long[0] == 0 {
                return None;
            }
            (len, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(len)?;
    if skip(tag) {
        return Some(rest);
    }
    let good = match tag {
        _ if tag & 0x20 != 0 => {
            let mut inside = content;
            while !inside.is_empty() {
                inside = value(inside, skip, depth + 1)?;
            }
            // Of the universal ones only SEQUENCE and SET are constructed in DER.
            tag & 0xc0 != 0 || matches!(tag, 0x30 | 0x31)
        }
        0x01 => matches!(content, [0] | [0xff]),
        0x02 => match content {
            [] => false,
            [first, second, ..] => !(*first == 0 && *second < 0x80 || *first == 0xff && *second >= 0x80),
            [_] => true,
        },
        0x03 => match content {
            [] => false,
            [unused, bits @ ..] => match bits.last() {
                None => *unused == 0,
                Some(last) => *unused < 8 && last & ((1 << unused) - 1) == 0,
            },
        },
        0x05 => content.is_empty(),
        0x06 => {
            let starts = [0x80].iter().chain(content);
            // Every arc ends, and none begins with a zero digit.
            content.last().is_some_and(|last| *last < 0x80)
                && starts.zip(content).all(|(before, byte)| *before < 0x80 || *byte != 0x80)
                && content.first() != Some(&0x80)
        }
        0x30 | 0x31 => false,
        _ => true,
    };
    good.then_some(rest)
}

/// One value of these parts.
pub fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let len = u16::try_from(content.len()).expect("a short value").to_be_bytes();
    let head = match len {
        [0, short @ ..=0x7f] => vec![tag, short],
        [0, long] => vec![tag, 0x81, long],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [head, content].concat()
}
