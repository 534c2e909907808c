//! Reads a chat script: lines become steps. The grammar is told in `chats/README.md`.

/// One step with where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// From 1.
    pub(crate) line: usize,
    pub(crate) what: What,
    /// The lines as written, for rewriting the file.
    pub(crate) source: Vec<String>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A comment or an empty line.
    Nothing,
    /// `@ NAME …`: from here on it is about this person.
    Person { name: String, traits: Vec<String> },
    /// `> WORD REST`, or `>+` together with the act before it.
    Act { word: String, rest: String, together: bool },
    /// `< …`: the block as `Bubble::script` writes it.
    Says(String),
    /// `~ WORD REST`
    Event { word: String, rest: String },
    /// `! …`: checks, parted by `;`.
    Check(Vec<String>),
}

/// The steps of a script.
///
/// # Errors
/// The line that is none, with its number.
pub(crate) fn parse(text: &str) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    for (at, raw) in text.lines().enumerate() {
        let (line, raw) = (at + 1, raw.trim_end());
        if let Some(more) = raw.strip_prefix("  ") {
            match steps.last_mut() {
                Some(Step { what: What::Says(block), source, .. }) => {
                    block.push_str("\n  ");
                    block.push_str(more);
                    source.push(raw.to_owned());
                    continue;
                }
                _ => return Err(format!("{line}: an indented line belongs below a `<`")),
            }
        }
        let what = step(raw).map_err(|why| format!("{line}: {why}"))?;
        steps.push(Step { line, what, source: vec![raw.to_owned()] });
    }
    Ok(steps)
}

fn step(raw: &str) -> Result<What, String> {
    let Some(sign) = raw.chars().next() else { return Ok(What::Nothing) };
    if sign == '#' {
        return Ok(What::Nothing);
    }
    let rest = &raw[sign.len_utf8()..];
    let (rest, together) = match rest.strip_prefix('+') {
        Some(rest) if sign == '>' => (rest, true),
        _ => (rest, false),
    };
    let rest = rest.trim();
    let (word, more) = rest.split_once(' ').map_or((rest, ""), |(w, m)| (w, m.trim_start()));
    if word.is_empty() {
        return Err(format!("nothing stands behind `{sign}`"));
    }
    Ok(match sign {
        '@' => What::Person { name: word.to_owned(), traits: words(more) },
        '>' => What::Act { word: word.to_owned(), rest: more.to_owned(), together },
        '<' => What::Says(rest.to_owned()),
        '~' => What::Event { word: word.to_owned(), rest: more.to_owned() },
        '!' => What::Check(rest.split(';').map(|c| c.trim().to_owned()).collect()),
        _ => return Err(format!("a line begins with one of # @ > < ~ !, not with `{sign}`")),
    })
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// `2 × coffee-250, 1 × mug` as quantities and SKUs; a quantity that stands alone is 1.
///
/// # Errors
/// The part that is no such thing.
pub(crate) fn items(text: &str) -> Result<Vec<(String, i64)>, String> {
    text.split(',')
        .map(|part| {
            let part = part.trim();
            let Some((count, sku)) = part.split_once('×') else {
                return Ok((part.to_owned(), 1));
            };
            let count = count.trim().parse();
            let count = count.map_err(|_| format!("`{part}` is not `2 × SKU`"))?;
            Ok((sku.trim().to_owned(), count))
        })
        .collect()
}

/// `+90s`, `+5m`, `+3h`, `+2d` in seconds.
///
/// # Errors
/// When it is none of them.
pub(crate) fn seconds(text: &str) -> Result<i64, String> {
    let bad = || format!("`{text}` is no time: write +90s, +5m, +3h or +2d");
    let text = text.trim().strip_prefix('+').ok_or_else(bad)?;
    let unit = text.chars().last().ok_or_else(bad)?;
    let each = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(bad()),
    };
    let count: i64 = text[..text.len() - unit.len_utf8()].trim().parse().map_err(|_| bad())?;
    Ok(count * each)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_one_step() {
        let steps =
            parse("> tap  Öde\n< buttons\n  | A\n  |\n  [B]\n\n! orders = 1; stock x = 2").unwrap();
        let says = What::Says("buttons\n  | A\n  |\n  [B]".into());
        assert_eq!(steps[1].what, says);
        assert_eq!(steps[3].what, What::Check(vec!["orders = 1".into(), "stock x = 2".into()]));
        let tap = What::Act { word: "tap".into(), rest: "Öde".into(), together: false };
        assert_eq!(steps[0].what, tap);
    }

    #[test]
    fn what_is_no_step_is_named_with_its_line() {
        assert!(parse("# a\n? b").unwrap_err().starts_with("2: a line begins with"));
        assert!(parse("  lost").unwrap_err().starts_with("1: an indented line"));
    }

    #[test]
    fn items_and_times() {
        assert_eq!(items("2 × a-1, b").unwrap(), [("a-1".into(), 2), ("b".into(), 1)]);
        assert_eq!((seconds("+3h"), seconds("+2d")), (Ok(10_800), Ok(172_800)));
        assert!(seconds("3h").is_err() && seconds("+3x").is_err());
    }
}
