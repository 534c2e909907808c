## Outras mensagens que chegam

no-contact = Não consigo usar o contato que você compartilhou.
number-noted = ✅ Obrigado, já temos o seu número.
