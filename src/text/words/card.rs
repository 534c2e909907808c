//! What is said of the one thing that was shown: that it is wanted, or shall be bought at once.

use super::{Lang, POLITE, Word, exactly, is_inside, said, without_phrases, word, words_of};
use crate::text::questions::{each, one_of};

/// What is wanted of the thing that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// A piece of it.
    Piece,
    /// A piece of it, and on to the checkout.
    Buy,
}

/// What buys it, folded, parted by `,`.
const BUYS_IT: &str = "hemen al,hemen alayim,hemen aliyorum,hemen almak,satin al,satin alayim,satin aliyorum,satin alacagim,satin almak,\
     satin alabilir,siparis edeyim,siparis ediyorum,siparis etmek,siparis edebilir,siparis vermek,\
     buy,purchase,order it,order this,order that,order one,\
     kaufen,kaufe,direkt zur kasse,gleich zur kasse,das bestellen,es bestellen,bestelle ich,ich bestelle,\
     comprar,comprarlo,comprarla,compro,pedirlo,encomendar,\
     اشتر,اشتري,اشتريه,ساشتريه,اطلبه";

/// What wants it, or puts it into the cart; the same.
const TAKES_IT: &str = "istiyorum,istiyoruz,istiyordum,isterim,aliyorum,aliyoruz,alayim,alalim,alacagim,alicam,alirim,alabilir miyim,\
     alabilir miyiz,bu olsun,bundan olsun,ekle,ekler,ekleyin,ekleyelim,ekleyebilir,sepete at,sepete koy,\
     i want,we want,want it,want this,want that,would like,d like,need it,need this,need that,take it,take this,\
     take that,take them,ll take,will take,can i get,could i get,may i get,can i have,could i have,may i have,i ll have,\
     i will have,add,put it in,\
     can you add,could you add,\
     ich nehme,nehme ich,ich nehm,nehm ich,wir nehmen,nehmen wir,ich mochte,mochte ich,ich moechte,moechte ich,\
     ich will,hatte gern,hatte gerne,hatte ich gern,hatte ich gerne,haette gern,haette ich gern,es gern,\
     es gerne,das gern,das gerne,in den warenkorb,in meinen warenkorb,zum warenkorb hinzufugen,hinzufugen,\
     quiero,quisiera,me gustaria,me lo llevo,me la llevo,me llevo,lo llevo,la llevo,me lo quedo,me la quedo,lo tomo,\
     la tomo,anadir,anade,anadelo,anadela,agregar,agrega,agregalo,agregala,al carrito,a mi carrito,en el carrito,\
     vou levar,vou querer,vou pegar,vou ficar com,fico com,levo,quero,queria,gostaria,adicionar,adicione,adiciona,\
     colocar,coloque,coloca,por no carrinho,no carrinho,ao carrinho,\
     اريد,اريده,اريدها,نريد,نريده,ابي,ابيه,ابيها,ابغي,ابغاه,ابغاها,عايز,عايزه,عاوز,عاوزه,بدي,ساخذه,ساخذها,اخذه,\
     اضف,اضفه,اضفها,ضيفه,ضيفها,الي السله,للسله";

/// What names the cart and puts something into it; the same.
const INTO_THE_CART: &str = "in den warenkorb,in meinen warenkorb,al carrito,ao carrinho,por no carrinho,\
     sepete ekle,add to cart";

/// What may stand around it beside what is polite; the same. No word that denies or asks something else.
const AROUND: &str = "bu,bunu,bundan,su,sunu,sundan,o,onu,ondan,urunu,ben,biz,bana,de,da,simdi,hemen,direkt,almak,sepete,sepetime,\
     miyim,miyiz,misin,misiniz,evet,tamam,olur,peki,super,\
     i,we,ll,d,will,would,can,could,may,want,like,have,get,to,it,this,that,them,one,in,into,my,the,cart,basket,me,\
     now,just,yes,ok,okay,great,perfect,so,then,\
     ich,wir,es,das,dies,diese,diesen,dieses,den,die,ihn,sie,gern,gerne,jetzt,gleich,sofort,hatte,haette,haben,legen,ja,\
     lo,la,los,las,el,este,esta,esto,ese,esa,eso,yo,al,a,carrito,llevar,puedo,ya,ahora,si,vale,dale,\
     eu,esse,essa,isso,ele,ela,ao,meu,carrinho,levar,vou,posso,agora,sim,\
     انا,ان,هذا,هذه,هذي,اياه,الان,الي,السله,نعم";

/// What a whole text wants of the one thing that was shown, when it says nothing else: `bunu istiyorum`, `add to cart`,
/// `buy now`. What is a word of its own means what it means everywhere.
#[must_use]
pub fn wish(text: &str) -> Option<Wish> {
    let said = said(text);
    let says = |phrases| each(phrases).any(|phrase| is_inside(phrase, &said));
    // `I want my cart` is the way there.
    let leaves = || word(text, Lang::En).is_some_and(Word::is_way_out) && !says(INTO_THE_CART);
    if exactly(&said, Lang::En).is_some() || leaves() {
        return None;
    }
    let wish = if says(BUYS_IT) {
        Wish::Buy
    } else if says(TAKES_IT) {
        Wish::Piece
    } else {
        return None;
    };
    let rest = without_phrases(&said, each(BUYS_IT).chain(each(TAKES_IT)));
    let is_around = |word: &str| POLITE.contains(&word) || one_of(AROUND, word);
    words_of(&rest).all(is_around).then_some(wish)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{fold, t};

    #[test]
    fn who_wants_what_was_shown_is_heard_in_every_language() {
        for text in [
            "bunu istiyorum",
            "Evet, alıyorum",
            "bundan alayım lütfen",
            "Bunu alabilir miyim?",
            "sepete ekler misiniz?",
            "I'll take it!",
            "I’d like this one please",
            "can I get it?",
            "yes, add to my cart",
            "ich nehme es",
            "Das hätte ich gern",
            "lo quiero",
            "me lo llevo",
            "¿Puedo añadir este a mi carrito?",
            "vou levar",
            "quero esse, por favor",
            "adicionar ao carrinho",
            "اريده",
            "أريد هذا من فضلك",
        ] {
            assert_eq!(wish(text), Some(Wish::Piece), "{text}");
        }
        for text in [
            "bunu satın almak istiyorum",
            "I want to buy this",
            "can I order this?",
            "ich möchte es kaufen",
            "quiero comprarlo ya",
            "vou comprar agora",
            "أريد أن أشتريه",
        ] {
            assert_eq!(wish(text), Some(Wish::Buy), "{text}");
        }
        for lang in Lang::ALL {
            assert_eq!(wish(&t(&lang.into(), "add-button")), Some(Wish::Piece), "{lang}");
            assert_eq!(wish(&t(&lang.into(), "buy-button")), Some(Wish::Buy), "{lang}");
        }
    }

    #[test]
    fn what_says_more_or_denies_is_no_wish() {
        for text in [
            "",
            "?",
            "bunu istemiyorum",
            "kırmızısını istiyorum",
            "bunu alayım mı",
            "ne zaman alabilirim?",
            "I don't want it",
            "do you want this?",
            "I like it",
            "I want to see the menu",
            "can I take it back?",
            "ich möchte es nicht",
            "no lo quiero",
            "quiero café",
            "não quero",
            "no quiero",
            "لا أريد هذا",
            "evet",
            "this one",
            "I want my cart",
            "quero meu carrinho",
            "I have this",
            "ok, I get it",
        ] {
            assert_eq!(wish(text), None, "{text}");
        }
    }

    #[test]
    fn a_word_of_its_own_stays_what_it_is() {
        for text in ["buy", "satın al", "kaufen", "comprar", "sepet", "اطلب", "zum Warenkorb"]
        {
            assert_eq!(wish(text), None, "{text}");
        }
    }

    #[test]
    fn the_words_stand_as_they_are_compared() {
        for phrase in [BUYS_IT, TAKES_IT, INTO_THE_CART, AROUND].into_iter().flat_map(each) {
            assert!(!phrase.is_empty() && fold(phrase) == phrase, "{phrase}");
        }
    }
}
