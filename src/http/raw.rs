//! Bodies that are files and no JSON.

use poem::{FromRequest, Request, RequestBody};
use poem_openapi::{
    payload::{ParsePayload, Payload},
    registry::{MetaSchema, MetaSchemaRef},
};

/// A body of one media type, whatever parameters stand behind it.
macro_rules! files {
    ($($name:ident = $media_type:literal;)*) => {$(
        #[doc = concat!("A body of the type `", $media_type, "`.")]
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(pub Vec<u8>);

        impl Payload for $name {
            const CONTENT_TYPE: &'static str = $media_type;

            fn check_content_type(content_type: &str) -> bool {
                let named = content_type.split(';').next().unwrap_or_default().trim();
                named.eq_ignore_ascii_case($media_type)
            }

            fn schema_ref() -> MetaSchemaRef {
                MetaSchemaRef::Inline(Box::new(MetaSchema {
                    format: Some("binary"),
                    ..MetaSchema::new("string")
                }))
            }
        }

        impl ParsePayload for $name {
            const IS_REQUIRED: bool = true;

            async fn from_request(request: &Request, body: &mut RequestBody) -> poem::Result<Self> {
                Ok(Self(<Vec<u8>>::from_request(request, body).await?))
            }
        }
    )*};
}

files! {
    Csv = "text/csv";
    Jpeg = "image/jpeg";
    Png = "image/png";
}
