//! A text in Fluent's syntax without the key before it, as people write it: what it names, and how it becomes a file.

use std::collections::BTreeSet;

use fluent_syntax::ast;

/// What a pattern names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub variables: BTreeSet<String>,
    /// Other texts, terms and functions.
    pub others: BTreeSet<String>,
}

impl Named {
    pub fn in_pattern(pattern: &ast::Pattern<&str>) -> Self {
        let mut named = Self::default();
        named.pattern(pattern);
        named
    }

    fn pattern(&mut self, pattern: &ast::Pattern<&str>) {
        for element in &pattern.elements {
            if let ast::PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &ast::Expression<&str>) {
        match expression {
            ast::Expression::Inline(inline) => self.inline(inline),
            ast::Expression::Select { selector, variants } => {
                self.inline(selector);
                variants.iter().for_each(|variant| self.pattern(&variant.value));
            }
        }
    }

    fn inline(&mut self, inline: &ast::InlineExpression<&str>) {
        match inline {
            ast::InlineExpression::StringLiteral { .. }
            | ast::InlineExpression::NumberLiteral { .. } => {}
            ast::InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name.to_owned());
            }
            ast::InlineExpression::Placeable { expression } => self.expression(expression),
            ast::InlineExpression::MessageReference { id, .. }
            | ast::InlineExpression::TermReference { id, .. }
            | ast::InlineExpression::FunctionReference { id, .. } => {
                self.others.insert(id.name.to_owned());
            }
        }
    }
}

/// The file that says `text` under `key`. A line may begin with any sign: `*`, `[` and `.` mean something else to Fluent
/// at the beginning of a line.
pub(super) fn file(key: &str, text: &str) -> String {
    let mut file = format!("{key} =");
    let mut depth = 0_usize;
    for line in text.lines() {
        file.push_str("\n    ");
        let bare = line.trim_start();
        match bare.chars().next().filter(|c| depth == 0 && "*[.".contains(*c)) {
            Some(sign) => {
                file.push_str(&line[..line.len() - bare.len()]);
                file.push_str(&format!("{{\"{sign}\"}}{}", &bare[sign.len_utf8()..]));
            }
            None => file.push_str(line),
        }
        depth = depth.saturating_add(line.matches('{').count());
        depth = depth.saturating_sub(line.matches('}').count());
    }
    file.push('\n');
    file
}

/// How deep placeables stand in each other.
pub(super) fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The text of a file with one message, without its key, its indentation and what [`file`] wrote for signs.
pub(super) fn plain(file: &str) -> String {
    let text = file.split_once('=').map_or(file, |(_, text)| text);
    let lines = text.lines().map(|line| line.strip_prefix("    ").unwrap_or(line));
    let text = lines.collect::<Vec<_>>().join("\n");
    ["*", "[", "."]
        .into_iter()
        .fold(text.trim().to_owned(), |text, sign| text.replace(&format!("{{ \"{sign}\" }}"), sign))
}

#[cfg(test)]
mod tests {
    use fluent_bundle::FluentResource;

    use super::*;

    #[test]
    fn any_text_may_be_written_without_knowing_the_syntax_of_files() {
        let text = "*Bold* { $a }\n[x] y\n\n  .z\n{ $n ->\n    [one] one\n   *[other] { $n }\n}";
        let written = file("key", text);
        assert_eq!(
            written,
            "key =\n    {\"*\"}Bold* { $a }\n    {\"[\"}x] y\n    \n      {\".\"}z\n    { $n ->\n        [one] \
             one\n       *[other] { $n }\n    }\n"
        );
        let resource = FluentResource::try_new(written).unwrap();
        assert_eq!(resource.entries().count(), 1);
        let Some(ast::Entry::Message(message)) = resource.get_entry(0) else {
            panic!("no message")
        };
        let named = Named::in_pattern(message.value.as_ref().unwrap());
        assert_eq!(named.variables.into_iter().collect::<Vec<_>>(), ["a", "n"]);
        assert!(named.others.is_empty());
    }

    #[test]
    fn nothing_can_begin_a_second_message() {
        let resource = FluentResource::try_new(file("key", "a\nother = b\n# c")).unwrap();
        assert_eq!(resource.entries().count(), 1);
    }

    #[test]
    fn depth_is_counted() {
        assert_eq!(depth("a { $b -> [c] { $d } *[e] f } { $g }"), 2);
        assert_eq!(depth(&"{".repeat(9)), 9);
        assert_eq!(depth("}}"), 0);
    }
}
