## Busca

find-welcome = Olá! Boas-vindas à loja { $shop }.
find-welcome-known = Que bom ver você de novo, { $name }!
find-found = O que encontramos para “{ $query }”:
find-near = Não temos exatamente “{ $query }”. O mais parecido:
find-near-one = Não temos exatamente “{ $query }”. O mais parecido:
find-nothing = Não encontramos nada para “{ $query }”.
