//! Long lists, a page at a time: each page ends in a row that leads to the next, until everything was seen. Pure.

use super::{
    action::Action,
    show::{self, Choice},
};
use crate::text::Voice;

/// A part of a long list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// What is to be asked for to see what comes behind; nothing comes behind the last page.
    pub next: Option<u32>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { items: Vec::new(), next: None }
    }
}

impl<T> Page<T> {
    /// Page `page` (from 0) of `all`, `size` a page. One that is gone, because the list became shorter since the page
    /// before was shown, is the first. Of a list that is read from a database, [`reach`] items are enough.
    #[must_use]
    pub fn of(all: impl IntoIterator<Item = T>, page: u32, size: u32) -> Self {
        let all: Vec<T> = all.into_iter().collect();
        let place = |page: u32| page as usize * size as usize;
        let page = if place(page) < all.len() { page } else { 0 };
        let end = place(page) + size as usize;
        let next = (all.len() > end).then(|| page.saturating_add(1));
        let items = all.into_iter().skip(place(page)).take(size as usize).collect();
        Self { items, next }
    }

    /// As many of `read`, which begins at item `from` of the list, as fit into `room` rows; the row that leads on is one
    /// of them. The next page begins behind the last one shown, whatever else was shown beside it.
    #[must_use]
    pub fn fitting(mut read: Vec<T>, from: u32, room: usize) -> Self {
        if read.len() <= room {
            return Self { items: read, next: None };
        }
        // Without room for anything but the way on, one is shown all the same: no page leads to itself.
        read.truncate(room.saturating_sub(1).max(1));
        let count = u32::try_from(read.len()).unwrap_or(u32::MAX);
        Self { items: read, next: Some(from.saturating_add(count)) }
    }

    /// The row that leads to the next page.
    #[must_use]
    pub fn more(&self, voice: &Voice, to: impl FnOnce(u32) -> Action) -> Option<Choice> {
        self.next.map(|next| show::choice(voice, to(next), "more"))
    }
}

/// How many items from the first on tell page `page` of `size` and whether there is another.
#[must_use]
pub fn reach(page: u32, size: u32) -> u64 {
    (u64::from(page) + 1) * u64::from(size) + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::Lang;

    #[test]
    fn a_page_that_is_gone_is_the_first() {
        assert_eq!(Page::of(0..5, 9, 2), Page { items: vec![0, 1], next: Some(1) });
        assert_eq!(Page::of(0..2, 0, 2), Page { items: vec![0, 1], next: None });
        assert_eq!(Page::of(0..0, 3, 2), Page { items: vec![], next: None });
        assert_eq!(Page::of(0..5, u32::MAX, u32::MAX).items.len(), 5);
    }

    #[test]
    fn the_way_on_is_a_row_too() {
        assert_eq!(Page::fitting(vec![1, 2, 3], 0, 3), Page { items: vec![1, 2, 3], next: None });
        assert_eq!(
            Page::fitting(vec![1, 2, 3, 4], 6, 3),
            Page { items: vec![1, 2], next: Some(8) }
        );
        assert_eq!(Page::fitting(vec![1, 2], 6, 0), Page { items: vec![1], next: Some(7) });
    }

    proptest! {
        /// Whatever the sizes are: every item is seen once and in its order by going on, also when no more was read
        /// than is needed.
        #[test]
        fn everything_is_reached(count in 0..200u32, size in 1..10u32) {
            let (mut page, mut seen) = (0, Vec::<u32>::new());
            loop {
                let read = (0..count).take(usize::try_from(reach(page, size)).unwrap());
                let shown = Page::of(read, page, size);
                prop_assert!(shown.items.len() <= size as usize);
                seen.extend(&shown.items);
                match shown.next {
                    Some(next) => {
                        prop_assert!(next > page, "the pages go round in a circle");
                        page = next;
                    }
                    None => break,
                }
            }
            prop_assert_eq!(seen, (0..count).collect::<Vec<_>>());
        }

        #[test]
        fn everything_is_reached_however_much_stands_beside_it(
            count in 0..200u32,
            rooms in prop::collection::vec(0..=10usize, 1..20),
        ) {
            let voice = Lang::Tr.into();
            let mut rooms = rooms.into_iter().cycle();
            let (mut from, mut seen) = (0, Vec::<u32>::new());
            loop {
                let room = rooms.next().unwrap();
                // One more than a list holds is enough to know whether there are more.
                let read = (from..count).take(11).collect();
                let shown = Page::fitting(read, from, room);
                let rows = shown.items.len() + usize::from(shown.next.is_some());
                prop_assert!(rows <= room.max(2), "{rows} rows have no place in {room}");
                prop_assert_eq!(shown.more(&voice, Action::Menu).is_some(), shown.next.is_some());
                seen.extend(&shown.items);
                match shown.next {
                    Some(next) => from = next,
                    None => break,
                }
            }
            prop_assert_eq!(seen, (0..count).collect::<Vec<_>>());
        }
    }
}
