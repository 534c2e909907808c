## Busca

find-welcome = Olá! Boas-vindas à loja { $shop }.
find-welcome-known = Que bom ver você de novo, { $name }!
find-found = O que encontramos para “{ $query }”:
find-near = Não temos exatamente “{ $query }”. O mais parecido:
find-near-one = Não temos exatamente “{ $query }”. O mais parecido:
find-nothing = Não encontramos nada para “{ $query }”.
find-ad = Do anúncio que você viu:

## Cartões de produtos

cards-ranges = *{ $title }*: { $count } produtos. Quais você quer ver?
cards-range-row = { $from }–{ $to }
cards-refused = Não conseguimos abrir a vitrine com fotos agora. Você pode ver os produtos em uma lista.
cards-list-button = Ver a lista
