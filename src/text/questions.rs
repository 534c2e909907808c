//! Sentences that ask something, told from addresses and names: by their mark, and by the words that questions have in
//! each language. Pure.

use super::{
    Lang, fold, word,
    words::{Word, is_inside, said, words_of},
};

/// What a question is about, as far as a shop can say something by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// What it costs, in all or to have it brought.
    Cost,
    /// When it comes.
    Time,
    /// When the shop is open.
    Hours,
    /// How it may be paid.
    Payment,
    /// Where the shop is.
    Place,
    Other,
}

/// A question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    pub topic: Topic,
    /// It speaks of the way to the customer: freight, courier, delivery.
    pub delivery: bool,
    /// It speaks of an order.
    pub order: bool,
    /// It has the mark of a question.
    pub marked: bool,
}

/// Words of a language, folded, parted by `,`; a blank within one stands for any gap.
struct Asking {
    /// Ask wherever they stand, as long as there is no number: streets have those.
    anywhere: &'static str,
    /// Ask at the beginning only: `the house where the baker is`.
    begin: &'static str,
    time: &'static str,
    cost: &'static str,
    /// Beginnings of words.
    delivery: &'static str,
    /// The same.
    hours: &'static str,
    /// The same.
    order: &'static str,
    payment: &'static str,
    place: &'static str,
    /// What only people of the shop can see to, by the beginnings of words: who speaks of it asks for them.
    people: &'static str,
}

const fn asking(lang: Lang) -> Asking {
    match lang {
        Lang::Tr => Asking {
            anywhere: "ne kadar,ne zaman,nasil,nerede,nerde,nereden,neden,nicin,kac,kaca,kacta,hangi,hangisi,nedir,mi,mu,midir,\
                       mudur,misiniz,musunuz,miyim,miyiz,var mi,varmi,olurmu,oluyormu,geciyormu,mumkunmu,ucretsiz mi",
            begin: "ne,nereye,neresi",
            time: "ne zaman,kac gun,kac gune,kac gunde,elime gecer,elime ulasir,kac saat,kac saatte,ne kadar surer,ne kadar surede,ne kadar zamanda,bugun gelir,\
                   yarin gelir",
            cost: "ne kadar,kac para,kac lira,kac tl,ucret,ucreti,ucretli,ucretsiz,bedava,fiyati,parali",
            delivery: "kargo,teslim,gonder,kurye",
            hours: "acik mi,acik olur,acilir,aciliyor,acilis,kapali mi,kapan,calisma saat,mesai",
            order: "siparis",
            payment: "kart gec,kart geciyor,kart gecer,karti geciyor,karti gecer,kartla,kartimla,kredi kartiyla,kredi karti,odeme,odemeyi,odenir,odeniyor,odeyebilir,oderim,taksit,taksitle,havale,\
                      eft,nakit",
            place: "adresiniz,neredesiniz,nerdesiniz,yeriniz,magazaniz,dukkaniniz,konumunuz,subeniz",
            people: "iade,degisim,fatura,garanti,sikayet,bozuk,kirik,hasarli,yanlis urun",
        },
        Lang::En => Asking {
            anywhere: "how much,how long,how many,how soon,how fast,when does,when will,when is,when do",
            begin: "how,when,where,what,which,why,who,do you,does it,does the,can i,can you,can we,could you,could i,is it,\
                    is there,is the,is delivery,is shipping,are there,are you,will it,will you,would you,do i,may i,should i",
            time: "when,how long,how many days,how soon,how fast,what day,what time,arrive today,arrive tomorrow",
            cost: "how much,cost,costs,price,fee,fees,charge,charges,free",
            delivery: "deliver,shipping,shipment,ship,courier,postage",
            hours: "open,opening,close,closed,closing",
            order: "order",
            payment: "pay,paying,payment,payments,take cards,accept cards,by card,with card,credit card,credit cards,debit card,paypal,bank transfer,installments,apple pay",
            place: "your address,where are you,where is your,your shop,your store,located,your location",
            people: "refund,return,exchange,invoice,receipt,warranty,guarantee,complain,broken,damaged,wrong item",
        },
        Lang::Ar => Asking {
            anywhere: "متي,بكم,كيف,لماذا,ماذا,هل,اين,وين",
            begin: "كم,ما هو,ما هي,اي",
            time: "متي,كم يوم,كم يوما,كم من الوقت,كم تستغرق,كم يستغرق,كم ياخذ",
            cost: "كم,بكم,سعر,تكلفه,رسوم,مجاني,مجانا,ثمن",
            delivery: "شحن,الشحن,توصيل,التوصيل,تسليم,التسليم,للتوصيل,للشحن,المندوب",
            hours: "مفتوح,تفتح,يفتح,تغلق,يغلق,دوام,الدوام",
            order: "طلبي,الطلب,طلبيه",
            payment: "ادفع,الدفع,دفع,بطاقه,بالبطاقه,فيزا,كاش,نقدا,تحويل",
            place: "عنوانكم,موقعكم,اين انتم,وين انتم,مكانكم,اين المحل,وين المحل,اين المتجر",
            people: "استرجاع,ارجاع,استبدال,فاتوره,الفاتوره,ضمان,شكوي,مكسور,تالف",
        },
        Lang::De => Asking {
            anywhere: "wann,wie viel,wieviel,wie lange,wie viele,was kostet,wie teuer,wie schnell",
            begin: "wie,wo,wohin,woher,was,warum,welche,welcher,welches,wer,kann ich,kann man,konnen sie,koennen sie,gibt es,\
                    haben sie,liefern sie,ist das,ist die,ist der,ist es,kommt es,kommt das,muss ich,darf ich,sind sie",
            time: "wann,wie lange,wie viele tage,wie schnell",
            cost: "wie viel,wieviel,was kostet,kostet,kosten,wie teuer,kostenlos,preis,gratis,versandkosten,liefergebuhr",
            delivery: "versand,liefer,zustell,porto",
            hours: "geoffnet,offnet,offnungszeit,offen,schliess",
            order: "bestellung",
            payment: "zahlen,bezahlen,zahlung,zahlungsarten,mit karte,kreditkarte,paypal,auf rechnung,uberweisung,ratenzahlung,nachnahme",
            place: "ihre adresse,wo sind sie,wo finde ich sie,ihr laden,ihr geschaft,wo ist der laden",
            people: "ruckgabe,zuruckgeben,umtausch,rechnung,garantie,beschwer,reklam,kaputt,defekt,beschadigt",
        },
        Lang::Es => Asking {
            anywhere: "cuando llega,cuando llegara,cuando viene,cuanto cuesta,cuanto vale,cuanto es,cuanto tarda,cuanto demora,\
                       cuantos dias",
            begin: "cuando,cuanto,cuanta,cuantos,cuantas,como,donde,que,por que,cual,quien,puedo,pueden,se puede,tienen,hacen,\
                    es gratis",
            time: "cuando,cuanto tarda,cuanto demora,cuantos dias,cuanto tiempo",
            cost: "cuanto,cuesta,cuestan,costo,coste,precio,gratis,vale",
            delivery: "envio,enviar,envian,entreg,despacho",
            hours: "abiert,abren,abre,cierran,cierra,horario",
            order: "pedido",
            payment: "pagar,pago,pagos,con tarjeta,tarjeta de credito,efectivo,transferencia,contra reembolso,cuotas,bizum",
            place: "su direccion,tu direccion,donde estan,donde queda,donde se encuentran,su tienda,ubicacion",
            people: "devolu,devolver,cambiar,factura,garantia,queja,roto,danado",
        },
        Lang::PtBr => Asking {
            anywhere: "quando chega,quando vem,quanto custa,quanto e,quanto fica,quanto demora,quantos dias,quanto tempo",
            begin: "quando,quanto,quanta,quantos,quantas,como,onde,o que,que,por que,qual,quem,posso,podem,da para,tem como,\
                    voces,entregam",
            time: "quando,quanto demora,quantos dias,quanto tempo",
            cost: "quanto,custa,custo,preco,gratis,taxa,valor",
            delivery: "frete,entreg,envio,enviam",
            hours: "abert,abrem,abre,fecham,fecha,horario",
            order: "pedido,encomenda",
            payment: "pagar,pagamento,pix,com cartao,cartao de credito,dinheiro,boleto,parcela,parcelas,parcelar,transferencia",
            place: "seu endereco,endereco de voces,onde voces,onde ficam,onde fica,sua loja,localizacao",
            people: "devolu,devolver,troca,nota fiscal,garantia,reclama,quebrado,danificado",
        },
    }
}

/// Words before a question that say nothing: `and how much is it`, `ama ne zaman`.
const BEFORE: &[&str] = &[
    "ve", "ama", "peki", "acaba", "pardon", "and", "but", "so", "ok", "sorry", "please", "und",
    "aber", "bitte", "y", "pero", "e", "mas", "entao", "و", "لكن",
];

/// They end a question in Turkish, and nothing else.
const PARTICLES: &[&str] =
    &["varmi", "olurmu", "mi", "mu", "midir", "misiniz", "musunuz", "miyim", "miyiz"];

/// What asks whether it is a machine that answers. A `bot` alone is a shoe.
const MACHINES: &str = "robot,robot musun,bot musun,bot musunuz,chatbot,a bot,a robot,ein bot,roboter,un bot,um bot,um robo,روبوت,بوت";

/// Characters of a question.
const LONGEST: usize = 300;

/// The question that a text is; none when it may as well be an address or a name. What has paragraphs is a bubble of
/// ours that was sent back.
#[must_use]
pub fn question(text: &str) -> Option<Question> {
    if text.contains("\n\n") || text.chars().count() > LONGEST {
        return None;
    }
    let folded = fold(text);
    let words: Vec<&str> = words_of(&folded).collect();
    let marked = is_marked(text) && words.iter().any(|word| word.contains(char::is_alphabetic));
    let told = |lang| asks(&words, &asking(lang));
    if !marked && !Lang::ALL.into_iter().any(told) {
        return None;
    }
    let line = words.join(" ");
    let all = Lang::ALL.map(asking);
    let says = |of: fn(&Asking) -> &'static str| all.iter().any(|asking| has(&line, of(asking)));
    let begins = |of: fn(&Asking) -> &'static str| all.iter().any(|a| has_begun(&line, of(a)));
    let topic = if begins(|asking| asking.hours) {
        Topic::Hours
    } else if says(|asking| asking.time) {
        Topic::Time
    } else if says(|asking| asking.cost) {
        Topic::Cost
    } else if says(|asking| asking.place) {
        Topic::Place
    } else if says(|asking| asking.payment) {
        Topic::Payment
    } else {
        Topic::Other
    };
    let (delivery, order) = (begins(|asking| asking.delivery), begins(|asking| asking.order));
    Some(Question { topic, delivery, order, marked })
}

/// Whether a text speaks of what only people of the shop can see to: goods that come back, an invoice, a complaint; or asks
/// whether there are any.
#[must_use]
pub fn is_for_people(text: &str) -> bool {
    let line = said(text);
    has(&line, MACHINES) || Lang::ALL.into_iter().any(|lang| has_begun(&line, asking(lang).people))
}

/// A mark of a question at the end of a word; within one it is a letter that was lost on the way.
fn is_marked(text: &str) -> bool {
    text.contains('¿')
        || text.char_indices().any(|(at, c)| {
            let rest = &text[at + c.len_utf8()..];
            matches!(c, '?' | '؟' | '？') && !rest.starts_with(char::is_alphanumeric)
        })
}

/// Whether the words of a text without a mark ask something.
fn asks(words: &[&str], asking: &Asking) -> bool {
    let begin = words.iter().position(|word| !BEFORE.contains(word) && !greets(word));
    let rest = &words[begin.unwrap_or(words.len())..];
    let line = rest.join(" ");
    let begins =
        |phrase: &&str| line.strip_prefix(*phrase).is_some_and(|after| after.starts_with(' '));
    let numbered = words.iter().any(|word| word.contains(char::is_numeric));
    if numbered {
        // `when does it come to 34710`: nothing but a question begins like this.
        let ends = words.last().is_some_and(|last| PARTICLES.contains(last));
        return ends || each(asking.anywhere).any(|p| p.contains(' ') && begins(&p));
    }
    has(&line, asking.anywhere) || each(asking.begin).any(|phrase| begins(&phrase))
}

fn greets(text: &str) -> bool {
    word(text, Lang::En) == Some(Word::Greeting)
}

/// The phrases of a list.
pub(super) fn each(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split(',').map(str::trim)
}

/// Whether a word is one of such a list.
pub(super) fn one_of(list: &'static str, word: &str) -> bool {
    each(list).any(|one| one == word)
}

fn has(line: &str, list: &'static str) -> bool {
    each(list).any(|phrase| is_inside(phrase, line))
}

/// Whether words of a line begin with one of the list.
fn has_begun(line: &str, list: &'static str) -> bool {
    let begins = |at: usize| at == 0 || line[..at].ends_with(' ');
    each(list).any(|stem| line.match_indices(stem).any(|(at, _)| begins(at)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn about(text: &str) -> Option<(Topic, bool)> {
        question(text).map(|question| (question.topic, question.delivery))
    }

    #[test]
    fn questions_are_told_in_every_language_with_and_without_their_mark() {
        for (text, topic, delivery) in [
            ("ne zaman gelir?", Topic::Time, false),
            ("ne zaman gelir", Topic::Time, false),
            ("Kargo ne kadar?", Topic::Cost, true),
            ("kargo ücretli mi", Topic::Cost, true),
            ("kargo kaç günde gelir", Topic::Time, true),
            ("kargo 2 günde gelir mi", Topic::Other, true),
            ("Bugün açık mısınız?", Topic::Hours, false),
            ("hediye paketi var mı", Topic::Other, false),
            ("when does it come?", Topic::Time, false),
            ("when does it come to 34710", Topic::Time, false),
            ("hi, how much is shipping", Topic::Cost, true),
            ("and is delivery free", Topic::Cost, true),
            ("Do you deliver to Izmir", Topic::Other, true),
            ("what time do you close", Topic::Hours, false),
            ("متى يصل الطلب؟", Topic::Time, false),
            ("كم سعر التوصيل", Topic::Cost, true),
            ("هل التوصيل مجاني", Topic::Cost, true),
            ("Wann kommt es?", Topic::Time, false),
            ("Was kostet der Versand", Topic::Cost, true),
            ("Liefern Sie nach Österreich", Topic::Other, true),
            ("¿Cuándo llega?", Topic::Time, false),
            ("cuanto cuesta el envio", Topic::Cost, true),
            ("Quando chega?", Topic::Time, false),
            ("quanto é o frete", Topic::Cost, true),
            ("Moda Cad. 12, Kadıköy?", Topic::Other, false),
            ("kredi kartı geçiyor mu", Topic::Payment, false),
            ("do you take cards", Topic::Payment, false),
            ("Kann ich mit Karte zahlen?", Topic::Payment, false),
            ("¿Puedo pagar con tarjeta?", Topic::Payment, false),
            ("aceitam pix?", Topic::Payment, false),
            ("هل يمكن الدفع بالبطاقة؟", Topic::Payment, false),
            ("how much do I pay", Topic::Cost, false),
            ("adresiniz nerede", Topic::Place, false),
            ("where are you?", Topic::Place, false),
        ] {
            assert_eq!(about(text), Some((topic, delivery)), "{text}");
        }
        assert!(question("siparişim ne zaman gelir").is_some_and(|q| q.order && !q.marked));
    }

    #[test]
    fn what_only_people_can_see_to_is_told_from_goods() {
        for text in [
            "iade var mı",
            "ürünü iade etmek istiyorum",
            "fatura kesiyor musunuz",
            "I want a refund",
            "are you a bot?",
            "robot musun",
            "Ich brauche eine Rechnung",
            "el paquete llegó roto",
            "quero devolver",
            "أريد استرجاع المنتج",
        ] {
            assert!(is_for_people(text), "{text}");
        }
        for text in ["siyah bot", "bottle opener", "Türk kahvesi", "botas", "kırmızı cezve", ""]
        {
            assert!(!is_for_people(text), "{text}");
        }
    }

    #[test]
    fn addresses_and_names_are_no_questions() {
        for text in [
            "",
            "?",
            "12?",
            "Moda Caddesi 12/3, Kadıköy, İstanbul",
            "Ba?dat Caddesi 12, Kad?köy",
            "Can Sokak Kadıköy İstanbul",
            "Ne Sokak 5 kat 2",
            "Mustafa Kemal Mah. 2118 Cad. No: 4, Çankaya",
            "12 High Street, London, opposite the shop which sells tea",
            "the house where the baker is, Church Lane",
            "Wiesenweg 3, 10115 Berlin",
            "Hauptstraße, das Haus, wo der Bäcker ist",
            "Calle Como 123, Santiago",
            "La casa que está frente al parque, calle Mayor",
            "Rua do Porto, casa onde fica a padaria",
            "طريق الملك فهد، مبنى 12",
            "حي النخيل بجانب المسجد",
            "Kim Wang",
            "Fatma Yılmaz, 0532 111 22 33",
            "Why Not Cafe 7, Main Street",
        ] {
            assert_eq!(question(text), None, "{text}");
        }
    }

    #[test]
    fn the_words_stand_as_they_are_compared() {
        for asking in Lang::ALL.map(asking) {
            let lists = [asking.anywhere, asking.begin, asking.time, asking.cost];
            let more = [asking.payment, asking.place, MACHINES];
            let stems = [asking.delivery, asking.hours, asking.order, asking.people];
            for phrase in lists.into_iter().chain(more).chain(stems).flat_map(each) {
                assert!(!phrase.is_empty() && fold(phrase) == phrase, "{phrase}");
            }
        }
    }

    proptest! {
        #[test]
        fn every_text_can_be_looked_at(text: String) {
            let _ = question(&text);
        }
    }
}
