## Links

link-words-product = Hallo! Ich interessiere mich für { $title }.
link-words-cart = Hallo! Bitte öffnen Sie den vorbereiteten Warenkorb.
link-over = Dieser Link ist abgelaufen. Wählen Sie einfach unten aus.
link-unknown = Dieser Link führt zu nichts mehr. Wählen Sie einfach unten aus.
