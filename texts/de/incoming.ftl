## Warenkörbe von anderswo

cart-foreign = Dieser Warenkorb ist nicht aus unserem Katalog.
cart-other-currency = Die Preise in Ihrem Warenkorb waren in { $other }. Wir verkaufen in { $ours }, und diese Preise gelten:
both-old = 🛒 *Ihr Warenkorb*
both-new = 🆕 *Der neue*
both-ask = In Ihrem Warenkorb liegt schon etwas. Was sollen wir tun?
both-replace-button = Den neuen nehmen
both-add-button = Beide zusammen
both-keep-button = Den alten behalten
both-added = Wir haben beide zusammengelegt.
both-kept = Gut, Ihr Warenkorb bleibt, wie er war.
again = 🔁 Dasselbe wie Bestellung { $number }

## Was stattdessen geht

instead = 💡 Tippen Sie auf *{ $open }* für Ähnliches und alles Weitere.
instead-title = Ähnliche Artikel
instead-rest-title = Auswahl
