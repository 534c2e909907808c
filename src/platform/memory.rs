//! What was read of the database and may be used again while its version there is the same.
//!
//! Only what can be read anew at any time: forgetting everything harms nobody.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use uuid::Uuid;

/// Things remembered at once; with one more, all are forgotten.
const MOST: usize = 512;

type Thing = Arc<dyn Any + Send + Sync>;

/// Remembers one thing of each type for each id, with the version that it was read at.
#[derive(Default)]
pub struct Memory(Mutex<HashMap<(TypeId, Uuid), (i64, Thing)>>);

impl Memory {
    /// What was remembered of `id` at `version`, if it was.
    #[must_use]
    pub fn recall<T: Any + Send + Sync>(&self, id: Uuid, version: i64) -> Option<Arc<T>> {
        let things = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, thing) = things.get(&(TypeId::of::<T>(), id))?;
        if *at == version { thing.clone().downcast().ok() } else { None }
    }

    /// Remembers it; what was known of `id` before is forgotten.
    pub fn keep<T: Any + Send + Sync>(&self, id: Uuid, version: i64, thing: Arc<T>) {
        let mut things = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (TypeId::of::<T>(), id);
        if things.len() >= MOST && !things.contains_key(&key) {
            things.clear();
        }
        things.insert(key, (version, thing));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_is_not_remembered() {
        let (memory, id) = (Memory::default(), Uuid::from_u128(7));
        memory.keep(id, 3, Arc::new("words".to_owned()));
        assert_eq!(memory.recall::<String>(id, 3).as_deref(), Some(&"words".to_owned()));
        assert!(memory.recall::<String>(id, 4).is_none());
        assert!(memory.recall::<u8>(id, 3).is_none());
        assert!(memory.recall::<String>(Uuid::from_u128(8), 3).is_none());
    }
}
