## Links

link-words-product = Olá! Tenho interesse em { $title }.
link-words-cart = Olá! Pode abrir o carrinho preparado, por favor?
link-over = Este link expirou. Escolha abaixo o que quiser.
link-unknown = Este link não leva a mais nada. Escolha abaixo o que quiser.
