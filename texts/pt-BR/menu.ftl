### O que os clientes leem em português. Títulos de botões e linhas têm 20 e 24 caracteres; os mais longos são cortados.

## Palavras que levam a todo lugar

menu-open = Escolher
more = Mais ▸
menu-button = Menu
cart-button = 🛒 Carrinho
human-button = 💬 Fale conosco
continue-button = Continuar comprando
language-row = 🌐 { $language }
languages-row = 🌐 Idioma / Language
languages = Em que idioma vamos conversar?

## Boas-vindas e menu

greeting = Olá! Boas-vindas à loja { $shop }. O que podemos mostrar?
greeting-known = Que bom ver você de novo, { $name }! O que vai ser hoje?
menu = O que você quer ver?
menu-instead = Escolha abaixo ou fale com a nossa equipe.
menu-empty = No momento não temos nada à venda. Se quiser, fale com a nossa equipe.
menu-goods-products = Produtos
menu-all-row = Tudo
menu-goods = Coleções
menu-rest = Mais
menu-catalog-row = 🛍 Ver o catálogo
menu-catalog-hint = Com fotos e carrinho próprio
menu-again-title = Como da última vez
menu-again-hint = Seu último pedido, aos preços de hoje
menu-cart-title = Seu carrinho
menu-cart-row = 🛒 Ir para o carrinho
menu-cart-hint = { $pieces ->
    [one] { $pieces } produto, { $total }
   *[other] { $pieces } produtos, { $total }
}
menu-orders-row = 📦 Meus pedidos
menu-orders-hint = Como eles estão
menu-human-row = 💬 Fale conosco
menu-human-hint = Alguém da nossa equipe responde aqui
menu-notices-row = 🔔 Receber novidades
catalog = Dê uma olhada, coloque no carrinho o que gostar e envie por aqui: do resto a gente cuida.
