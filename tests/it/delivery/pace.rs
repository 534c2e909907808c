//! Pace: WhatsApp's own limits per number and per person, in columns.

use super::*;

on_both! {
    async fn forty_five_to_one_person_then_one_in_six_seconds(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        for n in 1..=47 {
            push(shop, ayse, &format!("{n}")).await;
        }
        let script = Script::default();
        send(shop, &script).await;
        assert_eq!(script.news().len(), 45);
        let waiting = rows(shop).await.into_iter().find(|row| row.state == State::Due).unwrap();
        assert_eq!((waiting.sequence, seconds_from(shop, waiting.due_at)), (46, 6));
        assert!(waiting.reason.is_some());
        pass(shop, 5);
        assert_eq!(send(shop, &script).await, 0);
        pass(shop, 1);
        send(shop, &script).await;
        assert_eq!(script.news(), ["46"]);
        pass(shop, 6);
        send(shop, &script).await;
        assert_eq!(script.news(), ["47"]);
    }
}

on_both! {
    async fn eighty_a_second_of_one_number_and_another_number_is_free(shop: &Shop; quiet()) {
        let other = second_channel(shop).await;
        for n in 0..100 {
            let chat = chat(shop, Some(&format!("+905551112{n:03}"))).await;
            push(shop, chat, "first").await;
        }
        let baris = chat_on(shop, other, Some("+905551113333"), None).await;
        push(shop, baris, "second").await;
        let script = Script::default();
        send(shop, &script).await;
        let sent = script.news();
        let of = |body: &str| sent.iter().filter(|sent| *sent == body).count();
        assert_eq!((of("first"), of("second")), (80, 1));
        pass(shop, 1);
        send(shop, &script).await;
        assert_eq!(script.news().len(), 20);
    }
}

on_both! {
    async fn without_pace_everything_leaves_at_once(shop: &Shop; fast()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        for n in 1..=60 {
            push(shop, ayse, &format!("{n}")).await;
        }
        for n in 0..100 {
            let chat = chat(shop, Some(&format!("+905551112{n:03}"))).await;
            push(shop, chat, "x").await;
        }
        let script = Script::default();
        assert_eq!(send(shop, &script).await, 160);
        assert_eq!(script.news().len(), 160);
    }
}
