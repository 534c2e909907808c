//! Pictures: taken in, kept under a name made of their content, served for ever under it.
//!
//! WhatsApp fetches a picture once per URL and wants a new URL for a new picture: a content name gives just that.

use std::fmt;

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;
use entity::{ImageId, ShopId, Timestamp, image};
use imagesize::ImageType;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};

use super::{CatalogError, Result};
use crate::platform::db::Write;

/// Bytes of a picture, at most: WhatsApp's limit for one above a message (read 2026-11); its catalog would take 8 MB.
pub const BYTES: usize = 5_000_000;
/// Pixels of each side, at least (WhatsApp's limit for `image_link`, read 2026-11).
pub const SIDE: usize = 500;
/// Pixels of each side, at most: nobody's phone shows more.
pub const SIDE_MAX: usize = 16_384;

/// Why a picture is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPicture {
    #[error("a picture is a JPEG or PNG file")]
    NoPicture,
    #[error("the picture cannot be read: its size in pixels is missing")]
    Unreadable,
    #[error("a picture has at most 5 MB, this one has {0} bytes")]
    TooLarge(usize),
    #[error("WhatsApp wants at least {SIDE} × {SIDE} pixels, this picture has {0} × {1}")]
    TooSmall(usize, usize),
    #[error("a picture has at most {SIDE_MAX} pixels a side, this one has {0} × {1}")]
    TooWide(usize, usize),
    /// A product names a picture that the shop never uploaded.
    #[error("no picture `{0}` was uploaded")]
    Unknown(String),
}

/// What a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Jpeg,
    Png,
}

impl Kind {
    /// Its ending in URLs.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }

    /// Of a stored media type.
    fn of(content_type: &str) -> Self {
        if content_type == Self::Png.content_type() { Self::Png } else { Self::Jpeg }
    }

    /// Its media type.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// The name under which a picture is served: `{sha256}.{jpg|png}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaName {
    pub sha256: String,
    pub kind: Kind,
}

impl MediaName {
    /// Reads `{64 hexadecimal digits}.{jpg|png}`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (sha256, ending) = name.split_once('.')?;
        let kind = match ending {
            "jpg" => Kind::Jpeg,
            "png" => Kind::Png,
            _ => return None,
        };
        let hex = sha256.len() == 64
            && sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        hex.then(|| Self { sha256: sha256.to_owned(), kind })
    }

    /// Reads `/media/{name}`.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        Self::parse(path.strip_prefix("/media/")?)
    }

    /// `/media/{name}`: what products keep; the public URL goes in front of it.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/media/{self}")
    }
}

impl fmt::Display for MediaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.sha256, self.kind.ending())
    }
}

/// Looks at the bytes: what it is, and whether WhatsApp would take it.
///
/// # Errors
/// [`BadPicture`].
pub fn look(bytes: &[u8]) -> Result<Kind, BadPicture> {
    if bytes.len() > BYTES {
        return Err(BadPicture::TooLarge(bytes.len()));
    }
    let kind = match imagesize::image_type(bytes) {
        Ok(ImageType::Jpeg) => Kind::Jpeg,
        Ok(ImageType::Png) => Kind::Png,
        _ => return Err(BadPicture::NoPicture),
    };
    let size = imagesize::blob_size(bytes).map_err(|_| BadPicture::Unreadable)?;
    let (width, height) = (size.width, size.height);
    if width.min(height) < SIDE {
        return Err(BadPicture::TooSmall(width, height));
    }
    if width.max(height) > SIDE_MAX {
        return Err(BadPicture::TooWide(width, height));
    }
    Ok(kind)
}

/// A picture that the shop uploaded, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub id: ImageId,
    pub name: MediaName,
    pub created_at: Timestamp,
}

impl Picture {
    /// What products keep: `/media/{name}`.
    #[must_use]
    pub fn path(&self) -> String {
        self.name.path()
    }
}

/// Keeps a picture. The same bytes again give the same picture.
///
/// # Errors
/// [`BadPicture`], or the database's.
pub async fn upload_image(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    bytes: Vec<u8>,
) -> Result<Picture> {
    let kind = look(&bytes)?;
    let sha256 = HEXLOWER.encode(digest::digest(&digest::SHA256, &bytes).as_ref());
    let row = image::ActiveModel {
        id: Set(ImageId::new(now)),
        shop_id: Set(shop),
        sha256: Set(sha256.clone()),
        content_type: Set(kind.content_type().to_owned()),
        bytes: Set(bytes),
        created_at: Set(now),
    };
    image::Entity::insert(row)
        .on_conflict_do_nothing_on([image::Column::ShopId, image::Column::Sha256])
        .exec_without_returning(txn)
        .await?;
    let kept = pictures(txn, shop, image::Column::Sha256.eq(sha256.as_str()), 1).await?.pop();
    kept.ok_or(CatalogError::Picture(BadPicture::Unknown(sha256)))
}

/// Up to `limit` pictures of the shop before `before`, the newest first.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &impl ConnectionTrait,
    shop: ShopId,
    before: Option<ImageId>,
    limit: u64,
) -> Result<Vec<Picture>> {
    match before {
        Some(before) => pictures(db, shop, image::Column::Id.lt(before), limit).await,
        None => pictures(db, shop, image::Column::Id.is_not_null(), limit).await,
    }
}

/// One picture of the shop.
///
/// # Errors
/// The database's.
pub async fn get(db: &impl ConnectionTrait, shop: ShopId, id: ImageId) -> Result<Option<Picture>> {
    Ok(pictures(db, shop, image::Column::Id.eq(id), 1).await?.pop())
}

async fn pictures(
    db: &impl ConnectionTrait,
    shop: ShopId,
    only: Expr,
    limit: u64,
) -> Result<Vec<Picture>> {
    let rows: Vec<(ImageId, String, String, Timestamp)> = image::Entity::find()
        .select_only()
        .column(image::Column::Id)
        .column(image::Column::Sha256)
        .column(image::Column::ContentType)
        .column(image::Column::CreatedAt)
        .filter(image::COLUMN.shop_id.eq(shop))
        .filter(only)
        .order_by_desc(image::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    let picture = |(id, sha256, content_type, created_at): (_, _, String, _)| Picture {
        id,
        name: MediaName { sha256, kind: Kind::of(&content_type) },
        created_at,
    };
    Ok(rows.into_iter().map(picture).collect())
}

/// The bytes of a picture, whichever shop uploaded it.
///
/// # Errors
/// The database's.
pub async fn served(db: &impl ConnectionTrait, name: &MediaName) -> Result<Option<Vec<u8>>> {
    let bytes: Option<Vec<u8>> = image::Entity::find()
        .select_only()
        .column(image::Column::Bytes)
        .filter(image::COLUMN.sha256.eq(&name.sha256))
        .filter(image::COLUMN.content_type.eq(name.kind.content_type()))
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(bytes)
}

/// Those of `paths` that name a picture which the shop never uploaded.
pub(super) async fn unknown(
    db: &impl ConnectionTrait,
    shop: ShopId,
    paths: impl IntoIterator<Item = &str>,
) -> Result<Vec<String>> {
    let wanted: Vec<MediaName> = paths.into_iter().filter_map(MediaName::of_path).collect();
    let mut known: Vec<(String, String)> = Vec::new();
    for chunk in wanted.chunks(500) {
        known.extend(
            image::Entity::find()
                .select_only()
                .column(image::Column::Sha256)
                .column(image::Column::ContentType)
                .filter(image::COLUMN.shop_id.eq(shop))
                .filter(image::Column::Sha256.is_in(chunk.iter().map(|name| name.sha256.as_str())))
                .into_tuple::<(String, String)>()
                .all(db)
                .await?,
        );
    }
    let is_known = |name: &MediaName| {
        known.iter().any(|(sha, kind)| *sha == name.sha256 && kind == name.kind.content_type())
    };
    Ok(wanted.iter().filter(|name| !is_known(name)).map(MediaName::path).collect())
}

/// Refuses pictures that the shop never uploaded.
pub(super) async fn check<'a>(
    db: &impl ConnectionTrait,
    shop: ShopId,
    paths: impl IntoIterator<Item = &'a str>,
) -> Result<()> {
    match unknown(db, shop, paths).await?.pop() {
        Some(path) => Err(CatalogError::Picture(BadPicture::Unknown(path))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of a PNG file of the given size: enough to be looked at.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 2, 0, 0, 0]);
        bytes
    }

    #[test]
    fn pictures_are_looked_at() {
        assert_eq!(look(&png(640, 500)), Ok(Kind::Png));
        assert_eq!(look(&png(640, 499)), Err(BadPicture::TooSmall(640, 499)));
        assert_eq!(look(&png(20_000, 640)), Err(BadPicture::TooWide(20_000, 640)));
        assert_eq!(look(b"\x89PNG\r\n\x1a\n\0\0\0\r"), Err(BadPicture::Unreadable));
        assert_eq!(look(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01"), Err(BadPicture::Unreadable));
        assert_eq!(look(b"GIF89a\x80\x02\x80\x02\0\0\0\0\0\0"), Err(BadPicture::NoPicture));
        assert_eq!(look(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Err(BadPicture::NoPicture));
        assert_eq!(look(b""), Err(BadPicture::NoPicture));
        assert_eq!(look(&vec![0; BYTES + 1]), Err(BadPicture::TooLarge(BYTES + 1)));
    }

    #[test]
    fn names_go_there_and_back() {
        let name = format!("{}.png", "0a".repeat(32));
        assert_eq!(MediaName::parse(&name).unwrap().to_string(), name);
        for bad in ["x.png", "../etc.png", &name.replace(".png", ".gif"), &name.to_uppercase()] {
            assert_eq!(MediaName::parse(bad), None, "{bad}");
        }
    }
}
