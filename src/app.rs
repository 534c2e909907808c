//! Builds the service once and runs its workers. The only place that names traits and vendors together.
