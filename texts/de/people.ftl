## Menschen und Wörter

human = 💬 Jemand aus unserem Team antwortet Ihnen hier. Schreiben Sie ruhig schon, worum es geht. Zurück zum Einkaufen kommen Sie mit dem Knopf.
human-back-button = Zurück zum Laden
human-back = Schön, dass Sie wieder da sind! Was dürfen wir Ihnen zeigen?
human-back-on = Schön, dass Sie wieder da sind!
help = Diese Wörter gehen immer:
    • *Menü*: was es gibt
    • *Warenkorb*: was Sie ausgesucht haben
    • *Bestellungen*: wie es um sie steht
    • *zurück*: einen Schritt zurück
    • *Mensch*: jemand aus unserem Team antwortet
    • *Stopp*: keine Neuigkeiten mehr
thanks = Sehr gern! 😊 Wenn Sie noch etwas brauchen, schreiben Sie einfach *Menü*.
stopped = Wir schicken Ihnen keine Neuigkeiten mehr; nur zu Ihren Bestellungen schreiben wir noch. Schreiben Sie *Start*, wenn Sie wieder welche möchten.
started = Sie bekommen unsere Neuigkeiten wieder.
ask-cancel = Im Moment ist nichts offen. Worum geht es?
stop-notices-button = 🔕 Keine Neuigkeiten
not-understood = Das habe ich nicht verstanden.
please-tap = Bitte tippen Sie auf einen der Knöpfe.
no-media = Bilder, Dateien und Sprachnachrichten kann ich nicht ansehen.
left-step = In Ordnung. Ihr Warenkorb bleibt, wie er ist.
left-step-empty = In Ordnung. Was dürfen wir Ihnen sonst zeigen?
language-changed = Ab jetzt sprechen wir Deutsch. Was dürfen wir Ihnen zeigen?
language-changed-on = Ab jetzt sprechen wir Deutsch.
