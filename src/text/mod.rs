//! Every word that customers read, from Fluent files.
