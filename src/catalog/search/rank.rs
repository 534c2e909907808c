//! Which of the things that words lead to are meant, the best first. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{ProductId, VariantId, search_word::Field};
use uuid::Uuid;

use super::{vocabulary::Met, words::Sought};

/// A word of the query with the words of the shop that it may mean.
#[derive(Clone, Debug)]
pub(super) struct Meant {
    pub(super) sought: Sought,
    pub(super) words: HashMap<String, Met>,
}

/// A word of the shop that leads to a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) word: String,
    pub(super) field: Field,
    /// The product, variant or collection that the word stands in.
    pub(super) thing: Uuid,
    pub(super) product: ProductId,
    /// The product's short code.
    pub(super) code: i64,
    /// Whether a piece of it can be bought now.
    pub(super) in_stock: bool,
}

/// A product that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub product: ProductId,
    /// The only variant of it that was meant.
    pub variant: Option<VariantId>,
    /// A word of the query may as well mean something else.
    pub guessed: bool,
}

/// What a query found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// The best first.
    pub found: Vec<Found>,
    /// Whether each of them has every word of the query, and none of them is guessed.
    pub whole: bool,
}

/// How well a product fits. The less, the better; the fields are compared in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    missing: usize,
    guessed: usize,
    sold_out: bool,
    met: usize,
    field: usize,
    fillers_missing: usize,
    number_missing: bool,
    code: i64,
}

/// Ranks what the words lead to: all words before some, exactly before by the beginning before with a mistake, the title
/// before the rest, what is sold out last, options with the number of pieces first, then the owner's order. Only those
/// that miss the fewest words are found, with the fewest guesses, and none when the words that were met say too little of
/// a long sentence.
pub(super) fn rank(query: &[Meant], hits: &[Hit]) -> Results {
    let mut products: BTreeMap<ProductId, Vec<&Hit>> = BTreeMap::new();
    for hit in hits {
        products.entry(hit.product).or_default().push(hit);
    }
    let needed = |meant: &&Meant| !meant.sought.filler && !meant.sought.quantity;
    // Who asks for nothing but what elsewhere stands around it asks for that.
    let all_fillers = !query.iter().any(|meant| needed(&meant));
    let mut ranked: Vec<(Rank, Found)> = Vec::with_capacity(products.len());
    for (product, hits) in products {
        let mut rank = Rank {
            missing: 0,
            guessed: 0,
            sold_out: !hits.iter().any(|hit| hit.in_stock),
            met: 0,
            field: 0,
            fillers_missing: 0,
            number_missing: false,
            code: hits[0].code,
        };
        let mut best = Met::Guessed;
        let mut variants: Option<BTreeSet<Uuid>> = None;
        for meant in query {
            if meant.sought.quantity {
                let mut options = hits.iter().filter(|hit| hit.field == Field::Option);
                rank.number_missing = !options.any(|hit| meant.words.contains_key(&hit.word));
                continue;
            }
            let met = hits.iter().filter_map(|hit| {
                meant.words.get(&hit.word).map(|&met| (met, hit.field, hit.thing))
            });
            let met: Vec<_> = met.collect();
            let Some(&(how, field, _)) = met.iter().min() else {
                if meant.sought.filler && !all_fillers {
                    rank.fillers_missing += 1;
                } else {
                    rank.missing += 1;
                }
                continue;
            };
            if meant.sought.filler && !all_fillers {
                continue;
            }
            best = best.min(how);
            rank.guessed += usize::from(how == Met::Guessed);
            rank.met += how as usize;
            rank.field += field as usize;
            let of_variant = |field| matches!(field, Field::Option | Field::Sku);
            if met.iter().all(|&(_, field, _)| of_variant(field)) {
                let own: BTreeSet<Uuid> = met.iter().map(|&(.., thing)| thing).collect();
                variants = Some(match variants {
                    Some(before) => before.intersection(&own).copied().collect(),
                    None => own,
                });
            }
        }
        let words = if all_fillers { query.len() } else { query.iter().filter(needed).count() };
        if !says_enough(words - rank.missing, words, best) {
            continue;
        }
        let only = variants.filter(|all| all.len() == 1).and_then(|all| all.first().copied());
        let (variant, guessed) = (only.map(VariantId), rank.guessed > 0);
        ranked.push((rank, Found { product, variant, guessed }));
    }
    let doubts = |rank: &Rank| (rank.missing, rank.guessed);
    let fewest = ranked.iter().map(|(rank, _)| doubts(rank)).min().unwrap_or_default();
    ranked.retain(|(rank, _)| doubts(rank) == fewest);
    ranked.sort_unstable_by_key(|&(rank, _)| rank);
    let found = ranked.into_iter().map(|(_, found)| found).collect();
    Results { found, whole: fewest == (0, 0) }
}

/// Whether `met` of `all` words are enough to think that the product is meant. `best` is how the best of them was met.
fn says_enough(met: usize, all: usize, best: Met) -> bool {
    let share = match best {
        Met::Exactly => 4,
        Met::ByBeginning => 3,
        Met::Corrected | Met::Guessed => 2,
    };
    met > 0 && met * share >= all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::search::words::of_query;

    fn uuid(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn hit(product: u128, thing: u128, field: Field, word: &str) -> Hit {
        Hit {
            word: word.into(),
            field,
            thing: uuid(thing),
            product: ProductId(uuid(product)),
            code: i64::try_from(product).unwrap(),
            in_stock: product != 9,
        }
    }

    fn meant(text: &str, words: &[&[(&str, Met)]]) -> Vec<Meant> {
        let of = |words: &[(&str, Met)]| words.iter().map(|&(w, m)| (w.to_owned(), m)).collect();
        let query = of_query(text).into_iter().zip(words);
        query.map(|(sought, words)| Meant { sought, words: of(words) }).collect()
    }

    fn order(results: &Results) -> Vec<u128> {
        results.found.iter().map(|found| found.product.0.as_u128()).collect()
    }

    #[test]
    fn the_best_comes_first_and_what_is_sold_out_last() {
        let query = meant(
            "kahve",
            &[&[
                ("kahve", Met::Exactly),
                ("kahvesi", Met::ByBeginning),
                ("kahveler", Met::ByBeginning),
            ]],
        );
        let hits = [
            hit(9, 9, Field::Title, "kahve"),
            hit(5, 100, Field::Collection, "kahveler"),
            hit(4, 100, Field::Collection, "kahveler"),
            hit(3, 3, Field::Title, "kahvesi"),
            hit(3, 100, Field::Collection, "kahveler"),
            hit(2, 2, Field::Title, "kahve"),
            hit(1, 1, Field::Brand, "kahve"),
        ];
        let results = rank(&query, &hits);
        assert_eq!(order(&results), [2, 1, 3, 4, 5, 9]);
        assert!(results.whole);
    }

    #[test]
    fn who_has_all_words_comes_alone() {
        let query =
            meant("filtre kahve", &[&[("filtre", Met::Exactly)], &[("kahve", Met::Exactly)]]);
        let hits = [
            hit(1, 1, Field::Title, "filtre"),
            hit(2, 2, Field::Title, "kahve"),
            hit(3, 3, Field::Title, "kahve"),
            hit(3, 3, Field::Title, "filtre"),
        ];
        let results = rank(&query, &hits);
        assert_eq!((order(&results), results.whole), (vec![3], true));
        let results = rank(&query, &hits[..2]);
        assert_eq!((order(&results), results.whole), (vec![1, 2], false));
    }

    #[test]
    fn words_of_a_variant_choose_it() {
        let query =
            meant("filtre 500 g", &[&[("filtre", Met::Exactly)], &[("500g", Met::Exactly)]]);
        let mut hits = vec![
            hit(1, 1, Field::Title, "filtre"),
            hit(1, 12, Field::Sku, "filtre"),
            hit(1, 12, Field::Option, "500g"),
        ];
        assert_eq!(rank(&query, &hits).found[0].variant, Some(VariantId(uuid(12))));
        hits.push(hit(1, 13, Field::Option, "500g"));
        assert_eq!(rank(&query, &hits).found[0].variant, None);
    }

    #[test]
    fn one_word_of_a_long_sentence_is_not_enough() {
        let none: &[(&str, Met)] = &[];
        let text = "gecen hafta aldigim cezve kirik cikti";
        let with = |met| {
            let cezve: &[(&str, Met)] = &[("cezve", met)];
            meant(text, &[none, none, none, cezve, none, none])
        };
        let hits = [hit(1, 1, Field::Title, "cezve")];
        for met in [Met::Exactly, Met::ByBeginning, Met::Corrected, Met::Guessed] {
            assert_eq!(rank(&with(met), &hits).found, [], "{met:?}");
        }
        let cezve: &[(&str, Met)] = &[("cezve", Met::Exactly)];
        assert_eq!(rank(&meant("kirmizi cezve", &[none, cezve]), &hits).found.len(), 1);
    }

    #[test]
    fn a_number_of_pieces_raises_and_decides_nothing() {
        let two: &[(&str, Met)] = &[("2", Met::Exactly)];
        let kupa: &[(&str, Met)] = &[("kupa", Met::Exactly)];
        let query = meant("2 adet kupa", &[two, kupa]);
        let hits = [
            hit(1, 1, Field::Title, "kupa"),
            // In no option: this is no number of pieces.
            hit(1, 1, Field::Title, "2"),
            hit(2, 2, Field::Title, "kupa"),
            hit(2, 22, Field::Option, "2"),
            hit(3, 33, Field::Option, "2"),
            hit(4, 4, Field::Keyword, "kupa"),
            hit(4, 44, Field::Option, "2"),
        ];
        let results = rank(&query, &hits);
        assert_eq!((order(&results), results.whole), (vec![2, 1, 4], true));
        assert!(results.found.iter().all(|found| found.variant.is_none()));
        // Nor is it missed.
        let results = rank(&query, &hits[..1]);
        assert_eq!((order(&results), results.whole), (vec![1], true));
        // Nor enough.
        assert_eq!(rank(&query, &hits[4..5]).found, []);
        // Alone it is looked for.
        let results = rank(&meant("2", &[two]), &hits[4..5]);
        assert_eq!(results.found[0].variant, Some(VariantId(uuid(33))));
    }

    #[test]
    fn a_guess_is_told_and_no_whole_find() {
        let hits = [hit(1, 1, Field::Keyword, "mill"), hit(2, 2, Field::Title, "cezve")];
        let results = rank(&meant("milk", &[&[("mill", Met::Guessed)]]), &hits);
        assert_eq!((order(&results), results.whole), (vec![1], false));
        assert!(results.found[0].guessed);
        let results = rank(&meant("kavhe", &[&[("cezve", Met::Corrected)]]), &hits);
        assert_eq!((order(&results), results.whole), (vec![2], true));
        assert!(!results.found[0].guessed);
        // Beside a better one it is none.
        let both: &[(&str, Met)] = &[("mill", Met::Guessed), ("cezve", Met::Corrected)];
        let results = rank(&meant("czve", &[both]), &hits);
        assert_eq!((order(&results), results.whole), (vec![2], true));
    }

    #[test]
    fn fillers_are_needed_only_alone() {
        let el: &[(&str, Met)] = &[("el", Met::Exactly)];
        let kremi: &[(&str, Met)] = &[("kremi", Met::Exactly)];
        let hits = [
            hit(1, 1, Field::Title, "kremi"),
            hit(2, 2, Field::Title, "kremi"),
            hit(2, 2, Field::Title, "el"),
        ];
        let results = rank(&meant("el kremi", &[el, kremi]), &hits);
        assert_eq!((order(&results), results.whole), (vec![2, 1], true));
        assert_eq!(order(&rank(&meant("el", &[el]), &hits)), [2]);
    }

    proptest! {
        /// The order is that of the rules and not that in which the database gave the rows.
        #[test]
        fn the_order_of_rows_does_not_matter(
            rows in prop::collection::vec((1..30u128, 0..4usize, 0..3usize), 0..60),
            seed: u64,
        ) {
            const WORDS: [&str; 3] = ["kahve", "kahvesi", "filtre"];
            const FIELDS: [Field; 4] = [Field::Title, Field::Option, Field::Sku, Field::Collection];
            let query = meant(
                "filtre kahve",
                &[&[("filtre", Met::Exactly)], &[("kahve", Met::Exactly), ("kahvesi", Met::ByBeginning)]],
            );
            let hits: Vec<Hit> =
                rows.iter().map(|&(p, f, w)| hit(p, p * 100, FIELDS[f], WORDS[w])).collect();
            let mut shuffled = hits.clone();
            for at in (1..shuffled.len()).rev() {
                let other = usize::try_from(seed).unwrap_or(7) % (at + 1);
                shuffled.swap(at, other);
            }
            prop_assert_eq!(rank(&query, &hits), rank(&query, &shuffled));
        }
    }
}
