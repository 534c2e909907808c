//! The pages, compiled in: the phone and the log.

use super::Answer;

/// Every file under `simulator/phone/`, named once: a test compares the list with the folder.
macro_rules! files {
    ($($name:literal)*) => {
        &[$(($name, include_bytes!(concat!("../../phone/", $name)))),*]
    };
}

const FILES: &[(&str, &[u8])] = files! {
    "api.js"
    "arrive.js"
    "bubbles.css"
    "bubbles.js"
    "cart.js"
    "catalog.js"
    "chat.js"
    "composer.js"
    "dom.js"
    "flow.js"
    "format.js"
    "icon.svg"
    "index.html"
    "interactive.js"
    "log.css"
    "log.html"
    "log.js"
    "main.js"
    "money.js"
    "panel.css"
    "panel.js"
    "parts.js"
    "phone.css"
    "share.js"
    "sheets.css"
    "sheets.js"
    "state.js"
};

/// Nothing is loaded from elsewhere but the pictures that messages and products link to.
const POLICY: &str = "default-src 'self'; img-src * data:";

/// The file at this path, if it is one of ours.
pub(crate) fn at(path: &str) -> Option<Answer> {
    let name = match path {
        "/phone" | "/phone/" => "index.html",
        "/sim/log" => "log.html",
        _ => path.strip_prefix("/phone/")?,
    };
    let (_, bytes) = FILES.iter().find(|(file, _)| *file == name)?;
    let mut answer = Answer::bytes(mime(name), bytes.to_vec());
    answer.headers.push(("cache-control", "no-cache".to_owned()));
    answer.headers.push(("content-security-policy", POLICY.to_owned()));
    Some(answer)
}

fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/phone");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| mime(name) != "application/octet-stream")
            .collect();
        there.sort();
        let listed: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        assert_eq!(listed, there);
    }
}
