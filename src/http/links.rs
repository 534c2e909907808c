//! `GET /links/{code}-{seal}.{png|svg}`: the QR picture of a link, to be printed or shown.
//!
//! Open to everybody, as the link is; its name cannot be guessed without the link.

use std::{fmt::Write as _, sync::Arc};

use poem::{
    Request, Response, Route,
    endpoint::make,
    get,
    http::{StatusCode, header},
};
use qrcode::{Color, EcLevel, QrCode};

use super::problem::{Code, Problem};
use crate::{
    cart::link::{self, token},
    platform::Platform,
};

/// What a link opens never changes; that it was taken away is noticed within an hour.
const KEPT: &str = "public, max-age=3600";
/// Modules of white around the code (ISO/IEC 18004).
const QUIET: usize = 4;
/// Pixels of a module in the PNG.
const SCALE: usize = 8;

/// The routes below `/links`.
pub(super) fn routes(platform: Arc<Platform>) -> Route {
    let serve = make(move |request: Request| {
        let platform = platform.clone();
        async move { Ok::<_, poem::Error>(serve(&platform, &request).await?) }
    });
    Route::new().at("/:name", get(serve))
}

async fn serve(platform: &Platform, request: &Request) -> Result<Response, Problem> {
    let none = || Problem::new(Code::NoRoute, "there is no such picture");
    let name = request.path_params::<String>().unwrap_or_default();
    let (name, kind) = name.rsplit_once('.').ok_or_else(none)?;
    let token = token::parse(name).ok_or_else(none)?;
    let link = link::by_token(platform.db.reader(), &token).await?.ok_or_else(none)?;
    let picture = Picture::of(&link.url())?;
    let (content_type, bytes) = match kind {
        "svg" => ("image/svg+xml", picture.svg().into_bytes()),
        "png" => ("image/png", picture.png()?),
        _ => return Err(none()),
    };
    Ok(Response::builder()
        .status(StatusCode::OK)
        .header(header::CACHE_CONTROL, KEPT)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .content_type(content_type)
        .body(bytes))
}

/// A QR code with its white edge.
struct Picture {
    /// Modules of one side, the edge included.
    side: usize,
    code: QrCode,
}

impl Picture {
    fn of(text: &str) -> Result<Self, Problem> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)
            .map_err(|error| Problem::internal(&error))?;
        Ok(Self { side: code.width() + 2 * QUIET, code })
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = QUIET..self.side - QUIET;
        inside.contains(&x)
            && inside.contains(&y)
            && self.code[(x - QUIET, y - QUIET)] == Color::Dark
    }

    fn svg(&self) -> String {
        let side = self.side;
        let mut path = String::new();
        for y in 0..side {
            for x in (0..side).filter(|&x| self.is_dark(x, y)) {
                let _ = write!(path, "M{x} {y}h1v1h-1z");
            }
        }
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>"##
        )
    }

    /// One bit a pixel, 0 is black.
    fn png(&self) -> Result<Vec<u8>, Problem> {
        let pixels = self.side * SCALE;
        let width = u32::try_from(pixels).map_err(|error| Problem::internal(&error))?;
        let mut rows = Vec::with_capacity(pixels * pixels.div_ceil(8));
        for y in 0..pixels {
            for byte in 0..pixels.div_ceil(8) {
                let white = |bit: usize| {
                    let x = byte * 8 + bit;
                    x < pixels && !self.is_dark(x / SCALE, y / SCALE)
                };
                rows.push((0..8).fold(0u8, |bits, bit| bits << 1 | u8::from(white(bit))));
            }
        }
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, width);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut writer = encoder.write_header().map_err(|error| Problem::internal(&error))?;
        writer.write_image_data(&rows).map_err(|error| Problem::internal(&error))?;
        writer.finish().map_err(|error| Problem::internal(&error))?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_pictures_show_the_same_code() {
        let picture = Picture::of("https://wa.me/905550000001?text=Merhaba%20%23K7Q2MD").unwrap();
        let mut reader =
            png::Decoder::new(std::io::Cursor::new(picture.png().unwrap())).read_info().unwrap();
        let info = reader.info();
        let side = u32::try_from(picture.side * SCALE).unwrap();
        assert_eq!((info.width, info.height), (side, side));
        let mut bits = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut bits).unwrap();
        let (row, svg) = (picture.side * SCALE / 8, picture.svg());
        let mut dark = 0;
        for y in 0..picture.side {
            for x in 0..picture.side {
                // A module is one byte wide.
                let black = bits[y * SCALE * row + x] == 0;
                assert_eq!(black, svg.contains(&format!("M{x} {y}h1v1")), "{x} {y}");
                dark += usize::from(black);
            }
        }
        assert!(dark > 100);
        assert!(!picture.is_dark(0, 0) && picture.is_dark(QUIET, QUIET));
    }
}
