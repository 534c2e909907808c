//! The scripts. A new file is added here by its name; `tidy` fails when one is forgotten.

chats! {
    first_purchase,
    nothing_unasked,
}
