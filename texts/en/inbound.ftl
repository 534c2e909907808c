## Other messages that come in

no-contact = I cannot use the contact that you shared.
number-noted = ✅ Thank you, we have your number.
