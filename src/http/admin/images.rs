//! `/images`: pictures that the service keeps and serves.

use entity::ImageId;
use poem_openapi::{
    ApiRequest, Object, OpenApi,
    param::{Path, Query},
};

use super::Tag;
use crate::{
    catalog::{
        self,
        image::{self, Picture},
    },
    http::{
        auth::{CatalogRead, CatalogWrite, Key},
        once::{Edge, Once},
        page::{Cursor, Limit, Page, Wanted},
        problem::Problem,
        raw::{Jpeg, Png},
        reply::{Answer, Made, Reply},
        types::{At, Id},
    },
};

/// Operations under `/images`.
#[derive(Clone)]
pub struct ImagesApi(pub(super) Edge);

/// A picture that was uploaded.
#[derive(Clone, Debug, Object)]
pub struct Image {
    pub id: Id<ImageId>,
    /// What `images` of a product and `image` of a variant take.
    pub path: String,
    /// Where everybody can fetch it. The picture behind it never changes.
    pub url: String,
    /// `image/jpeg` or `image/png`.
    pub content_type: String,
    pub created_at: At,
}

/// A picture as it is: JPEG or PNG, at least 500 × 500 pixels, at most 5 MB: more, WhatsApp shows in no chat.
#[derive(ApiRequest)]
pub enum PictureFile {
    Jpeg(Jpeg),
    Png(Png),
}

fn view(edge: &Edge, picture: &Picture) -> Image {
    Image {
        id: Id(picture.id),
        path: picture.path(),
        url: edge.platform().absolute(&picture.path()),
        content_type: picture.name.kind.content_type().to_owned(),
        created_at: At(picture.created_at),
    }
}

#[OpenApi(prefix_path = "/images", tag = "Tag::Images")]
impl ImagesApi {
    /// List images
    ///
    /// Newest first.
    #[oai(path = "/", method = "get", operation_id = "list_images")]
    async fn list(
        &self,
        key: Key<CatalogRead>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<Image>> {
        let wanted = Wanted::read("images", limit.0, cursor.0)?;
        let (db, shop) = (self.0.reader(), key.shop());
        let rows = image::list(db, shop, wanted.after()?, wanted.rows()).await?;
        Ok(Reply::new(&wanted.page(rows, |row| row.id.to_string(), |row| view(&self.0, &row))))
    }

    /// Upload an image
    ///
    /// The body is the picture itself. What it is, is read from its bytes. The same picture again is the same image.
    #[oai(path = "/", method = "post", operation_id = "upload_image")]
    async fn upload(
        &self,
        key: Key<CatalogWrite>,
        #[oai(name = "Idempotency-Key")] once: Once,
        body: PictureFile,
    ) -> Made<Image> {
        let (PictureFile::Jpeg(Jpeg(bytes)) | PictureFile::Png(Png(bytes))) = body;
        // Before the write begins: a bad picture holds up nobody.
        image::look(&bytes).map_err(|e| Problem::from(catalog::CatalogError::from(e)))?;
        self.0
            .write(&key, once, async |txn, now| {
                let picture = catalog::upload_image(txn, now, key.shop(), bytes).await?;
                Ok(Reply::new(&view(&self.0, &picture)))
            })
            .await
    }

    /// Read an image
    #[oai(path = "/:id", method = "get", operation_id = "get_image")]
    async fn get(&self, key: Key<CatalogRead>, id: Path<Id<ImageId>>) -> Answer<Image> {
        let picture = image::get(self.0.reader(), key.shop(), id.0.0)
            .await?
            .ok_or_else(|| Problem::not_found("image", id.0))?;
        Ok(Reply::new(&view(&self.0, &picture)))
    }
}
