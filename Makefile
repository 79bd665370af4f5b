# Each target is one call of ./paygir, which works without make as well.
.PHONY: up test check quick bench docs doctor reset directives demo

up:         ; @./paygir up $(if $(IDP),--idp $(IDP))
test:       ; @./paygir test
check:      ; @./paygir check
quick:      ; @./paygir quick
bench:      ; @./paygir bench
docs:       ; @./paygir docs
doctor:     ; @./paygir doctor
reset:      ; @./paygir reset
directives: ; @./paygir directives
demo:       ; @./paygir demo
