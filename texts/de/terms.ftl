## Geschäftsbedingungen

terms-accept = 📄 Mit Ihrer Bestellung nehmen Sie unsere Geschäftsbedingungen an.
terms-accept-link = 📄 Mit Ihrer Bestellung nehmen Sie unsere Geschäftsbedingungen an: { $url }
terms-button = 📄 Bedingungen
terms-head = 📄 *Geschäftsbedingungen*
terms-whole = Vollständig: { $url }
terms-moved = Unsere Geschäftsbedingungen haben sich gerade geändert. Bitte bestätigen Sie Ihre Bestellung noch einmal.
