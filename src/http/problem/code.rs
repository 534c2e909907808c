//! Every kind of problem the API can answer: its stable name, status, title and remedy. `docs/problems.md` explains
//! each; a test checks that none is missing.

use poem::http::StatusCode;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:ident $slug:literal $title:literal $remedy:literal;)*) => {
        /// A kind of problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every kind, in the order of `docs/problems.md`.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its stable name in `code` and at the end of `type`.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }

            /// The status that it is answered with.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// One line that is the same for every problem of the kind.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// What the client can do.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy,)* }
            }
        }
    };
}

codes! {
    InvalidBody = BAD_REQUEST "invalid-body" "The body cannot be read"
        "Send JSON that fits the schema of the operation in /api/docs.";
    InvalidParameter = BAD_REQUEST "invalid-parameter" "A parameter cannot be read"
        "Correct the parameter that `detail` names; /api/docs lists what the operation takes.";
    InvalidCursor = BAD_REQUEST "invalid-cursor" "The cursor is not one of this list"
        "Pass `next` of the page before unchanged, or leave `cursor` out to begin anew.";
    InvalidIdempotencyKey = BAD_REQUEST "invalid-idempotency-key" "The Idempotency-Key cannot be used"
        "Send 1 to 255 visible ASCII characters, for instance a UUID.";
    BadRequest = BAD_REQUEST "bad-request" "The request cannot be read"
        "Correct what `detail` names.";
    KeyMissing = UNAUTHORIZED "key-missing" "An API key is needed"
        "Send `Authorization: Bearer sepet_…`. `sepet key create` makes a key.";
    KeyUnknown = UNAUTHORIZED "key-unknown" "The API key is unknown"
        "Check that the whole key is sent, and to the right installation.";
    KeyExpired = UNAUTHORIZED "key-expired" "The API key has expired"
        "Make a new key and use that.";
    KeyRevoked = UNAUTHORIZED "key-revoked" "The API key was revoked"
        "Make a new key and use that.";
    ScopeMissing = FORBIDDEN "scope-missing" "The API key may not do this"
        "Use a key that has the scope that `detail` names.";
    NotFound = NOT_FOUND "not-found" "There is no such thing in this shop"
        "Check the id, and that the key belongs to the shop that you mean.";
    NoRoute = NOT_FOUND "no-route" "There is nothing at this path"
        "Check the path against /api/docs.";
    MethodNotAllowed = METHOD_NOT_ALLOWED "method-not-allowed" "The path does not take this method"
        "Use a method that the `Allow` header names.";
    AlreadyExists = CONFLICT "already-exists" "There is one already"
        "Change the one that exists, or choose another name.";
    Conflict = CONFLICT "conflict" "The present state does not allow it"
        "Read the present state, then decide anew.";
    OrderRefused = CONFLICT "order-refused" "The order cannot move like that"
        "Read the order: its `events_allowed` names the moves that are open.";
    WindowClosed = CONFLICT "window-closed" "The customer service window is closed"
        "Wait until the customer writes: WhatsApp allows free text for 24 hours after that.";
    NotTakenOver = CONFLICT "not-taken-over" "The bot answers in this conversation"
        "Take the conversation over first: POST …/take-over.";
    IdempotencyInFlight = CONFLICT "idempotency-in-flight" "The same request is still being carried out"
        "Send the same request with the same Idempotency-Key again in a few seconds.";
    Stale = PRECONDITION_FAILED "stale" "It was changed in the meantime"
        "Read it again, apply your change to what it is now, and send the new ETag in `If-Match`.";
    BodyTooLarge = PAYLOAD_TOO_LARGE "body-too-large" "The body is too large"
        "Send less at once; `detail` names the limit.";
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE "unsupported-media-type" "The Content-Type is not one that can be read"
        "Send `Content-Type: application/json` unless /api/docs names another.";
    InvalidValue = UNPROCESSABLE_ENTITY "invalid-value" "A value cannot be accepted"
        "Correct what `detail` and `errors` name; nothing was changed.";
    IdempotencyMismatch = UNPROCESSABLE_ENTITY "idempotency-mismatch" "The Idempotency-Key was used for another request"
        "Use a new key for a new request; a repeat must be the same to the byte.";
    RateLimited = TOO_MANY_REQUESTS "rate-limited" "Too many requests"
        "Wait for the seconds in `Retry-After`; spread requests by the `RateLimit-*` headers.";
    Internal = INTERNAL_SERVER_ERROR "internal" "Something went wrong on our side"
        "Send the same request again; with an Idempotency-Key nothing happens twice. Report the X-Request-Id if it stays.";
    Busy = SERVICE_UNAVAILABLE "busy" "The service cannot take the request now"
        "Send the same request again after the seconds in `Retry-After`.";
}
