## Fragen

answer-cost = Ihre Bestellung kostet insgesamt *{ $total }*; Sie sehen es vor dem Bestätigen noch einmal.
answer-cost-plain = Die Bestellung zeigt Ihnen vor dem Bestätigen alles, was Sie zahlen.
answer-time = Wir sagen Ihnen hier Bescheid, sobald Ihre Bestellung unterwegs ist.
answer-time-pickup = Wir sagen Ihnen hier Bescheid, sobald Ihre Bestellung bereitliegt.
answer-time-ordered = Schreiben Sie *Bestellungen*, dann sehen Sie, wo Ihre Bestellung ist.
answer-payment = So können Sie zahlen: { $ways }
answer-more = Für alles andere schreiben Sie *Mensch*, dann antwortet jemand aus unserem Team.
answer-none = Das kann ich nicht selbst beantworten. Schreiben Sie *Mensch*, dann antwortet jemand aus unserem Team.
