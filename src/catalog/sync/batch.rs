//! Cuts requests into calls that WhatsApp takes. Pure.

use super::BatchRequest;

/// Requests of one call: Meta takes 5,000 and asks for less than 3,000 (read 2026-11).
const REQUESTS: usize = 2_900;
/// Bytes of the requests of one call: Meta takes 28 MB.
const BYTES: usize = 20 * 1_000 * 1_000;

/// Cuts in order, by number and by size. `T` is what the caller keeps of each.
pub(super) fn cut<T>(
    requests: impl IntoIterator<Item = (T, BatchRequest)>,
) -> Vec<Vec<(T, BatchRequest)>> {
    let mut batches: Vec<Vec<(T, BatchRequest)>> = Vec::new();
    let mut bytes = 0;
    for (kept, request) in requests {
        let size = size(&request);
        match batches.last_mut() {
            Some(batch) if batch.len() < REQUESTS && bytes + size <= BYTES => {
                bytes += size;
                batch.push((kept, request));
            }
            _ => {
                bytes = size;
                batches.push(vec![(kept, request)]);
            }
        }
    }
    batches
}

fn size(request: &BatchRequest) -> usize {
    serde_json::to_string(request).map_or(BYTES, |text| text.len() + 1)
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::{super::Method, *};

    fn request(bytes: usize) -> BatchRequest {
        let data = Map::from_iter([("description".to_owned(), json!("a".repeat(bytes)))]);
        BatchRequest { method: Method::Update, data }
    }

    #[test]
    fn calls_are_cut_by_number() {
        let all = (0..6_000).map(|n| (n, request(1)));
        let batches = cut(all);
        assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [2_900, 2_900, 200]);
        assert!(batches.into_iter().flatten().map(|(n, _)| n).eq(0..6_000));
    }

    #[test]
    fn calls_are_cut_by_size() {
        let batches = cut((0..5).map(|n| (n, request(9_000_000))));
        assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(cut([((), request(30_000_000))]).len(), 1);
        assert!(cut::<()>([]).is_empty());
    }
}
