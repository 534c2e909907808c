## Was sonst noch kommt

no-contact = Mit dem geteilten Kontakt kann ich nichts anfangen.
number-noted = ✅ Danke, wir haben Ihre Nummer.
