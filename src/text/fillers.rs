//! Words that people put around what they look for: `var mı`, `do you have`, `bitte`. They are no part of it.

use std::{collections::HashSet, sync::LazyLock};

/// By language, folded, separated by blanks. What somebody may want to buy does not belong here.
const FILLERS: &[&str] = &[
    // Turkish
    "var mi mu misiniz musunuz miyim istiyorum isterim istiyoruz almak alabilir alacagim lazim bana bize bir tane adet \
     ne kadar kac para fiyat fiyati fiyatlari fiyatlar nedir nasil hangi lutfen acaba ve ile icin olan bu su o da de \
     mevcut stokta bulunur satiyor satista goster gosterir bak bakar ariyorum merhaba merhabalar selam iyi gunler \
     aksamlar kolay gelsin tesekkurler evet hayir tamam peki olur yok urun urunu urunler urununuz hakkinda bilgi varmi varmidir nekadar \
     midir alayim alacaktim istiyordum",
    // English
    "do you have got any is are there i we want need would like to buy get can could please the a an of for with and \
     me my your some how much price cost what which show looking hello hi hey thanks thank yes no ok okay good morning \
     more info about this that it on in am im sell there",
    // Arabic
    "هل لديكم عندكم يوجد اريد ابي ابغي عايز بدي نريد من فضلك لو سمحت كم سعر السعر بكم ما هو هي في على عن و مرحبا السلام \
     عليكم شكرا نعم لا",
    // German
    "haben habt sie ihr gibt es ich wir mochte moechte will wollen brauche hatte gern gerne bitte der die das den ein \
     eine einen und mit fur fuer von was wie viel kostet kosten preis welche zeigen suche hallo guten tag danke ja nein verkaufen auch",
    // Spanish
    "tienen tienes tiene hay quiero quisiera queremos necesito busco comprar por favor el la los las un una unos unas \
     y con para de del cuanto cuesta vale precio que cual hola buenas buenos dias gracias si me yo gustaria venden \
     estoy buscando",
    // Portuguese
    "tem voces voce vocês ha quero queria gostaria preciso procuro favor o os as um uma uns umas e com do da dos das \
     quanto custa preco qual ola oi bom dia boa tarde obrigado obrigada sim nao eu vc vcs vendem",
];

/// Whether a folded word only stands around what is looked for, in any language.
#[must_use]
pub fn is_filler(word: &str) -> bool {
    static ALL: LazyLock<HashSet<String>> = LazyLock::new(|| {
        FILLERS.iter().flat_map(|line| line.split_whitespace()).map(super::fold).collect()
    });
    ALL.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    #[test]
    fn questions_are_stripped_to_what_is_looked_for() {
        let rest = |text: &str| {
            let folded = fold(text);
            let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
            words.filter(|word| !is_filler(word)).collect::<Vec<_>>().join(" ")
        };
        for (text, wanted) in [
            ("Çekirdek kahve var mı?", "cekirdek kahve"),
            ("Bana bir cezve lazım", "cezve"),
            ("Do you have Turkish coffee, please?", "turkish coffee"),
            ("Haben Sie Kaffee?", "kaffee"),
            ("¿Tienen café molido?", "cafe molido"),
            ("Vocês têm café?", "cafe"),
            ("هل لديكم قهوة؟", "قهوه"),
            ("Fiyatı ne kadar?", ""),
            ("How much is it?", ""),
        ] {
            assert_eq!(rest(text), wanted, "{text}");
        }
    }
}
