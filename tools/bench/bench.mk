# bsn-bench: measures a chain through its hosts' gateways. All of it but main is
# a library, so that tests link it too. How transactions of FISCO BCOS look it
# takes from the plugins' own encoders.
bench_flags = $(ctl_flags) $(SSL_CFLAGS) -DBSN_PLUGIN_DIR='"$(bsnplugindir)"' \
	-DBSN_BENCH_DIR='"$(bsnbenchdir)"'
# How transactions are signed it takes from the plugins' own algorithms.
noinst_LIBRARIES += libbsn-bench.a
libbsn_bench_a_CPPFLAGS = $(bench_flags)
libbsn_bench_libs = libbsn-bench.a $(libbsn_crypto_gm_libs) \
	$(libbsn_crypto_std_libs) libbsn-solidity.a $(libbsnctl_libs) \
	$(libbsn_kit_libs) $(SSL_LIBS) -lm
libbsn_bench_a_SOURCES = \
	tools/bench/answer.c tools/bench/answer.h \
	tools/bench/chains.c tools/bench/chains.h \
	tools/bench/charts.c tools/bench/charts.h \
	tools/bench/charts_latency.c tools/bench/charts_private.h \
	tools/bench/charts_ramp.c tools/bench/charts_stages.c \
	tools/bench/commands.c tools/bench/commands.h \
	tools/bench/crypto.c \
	tools/bench/crypto_cipher.c \
	tools/bench/crypto_cores.c tools/bench/crypto_cores.h \
	tools/bench/crypto_hash.c \
	tools/bench/crypto_plugin.c tools/bench/crypto_plugin.h \
	tools/bench/crypto_reference.c tools/bench/crypto_reference.h \
	tools/bench/crypto_report.c tools/bench/crypto_report.h \
	tools/bench/crypto_sign.c \
	tools/bench/crypto_signers.c tools/bench/crypto_signers.h \
	tools/bench/crypto_suites.h \
	tools/bench/crypto_trial.c tools/bench/crypto_trial.h \
	tools/bench/compare.c tools/bench/compare.h \
	tools/bench/compare_command.c \
	tools/bench/compare_html.c tools/bench/compare_text.c \
	tools/bench/deploy.c tools/bench/deploy.h \
	tools/bench/draw.c tools/bench/draw.h \
	tools/bench/fisco_call.c tools/bench/fisco_call.h \
	tools/bench/fisco_tx.c tools/bench/fisco_tx.h \
	tools/bench/help.c \
	tools/bench/hist.c tools/bench/hist.h \
	tools/bench/html.c tools/bench/html.h \
	tools/bench/http_read.c tools/bench/http_read.h \
	tools/bench/keys.c tools/bench/keys.h \
	tools/bench/listeners.c tools/bench/listeners.h \
	tools/bench/load.c tools/bench/load.h \
	tools/bench/maker.c tools/bench/maker.h \
	tools/bench/maker_file.c tools/bench/maker_learn.c \
	tools/bench/maker_private.h \
	tools/bench/measure.c tools/bench/measure.h \
	tools/bench/metrics.c tools/bench/metrics.h \
	tools/bench/options.c tools/bench/options.h \
	tools/bench/page.c tools/bench/page.h \
	tools/bench/people.c tools/bench/people.h \
	tools/bench/plot.c tools/bench/plot.h \
	tools/bench/ramp.c tools/bench/ramp.h \
	tools/bench/ticker.c tools/bench/ticker.h \
	tools/bench/record.c tools/bench/record.h \
	tools/bench/record_members.c tools/bench/record_members.h \
	tools/bench/record_read.c \
	tools/bench/record_write.c \
	tools/bench/records_of.c \
	tools/bench/report_command.c \
	tools/bench/report_html.c tools/bench/report_html.h \
	tools/bench/report_html_run.c \
	tools/bench/report_out.c tools/bench/report_out.h \
	tools/bench/report_style.c tools/bench/report_style.h \
	tools/bench/report_text.c \
	tools/bench/result.c tools/bench/result.h \
	tools/bench/run.c tools/bench/session.c tools/bench/session.h \
	tools/bench/series.c tools/bench/series.h \
	tools/bench/stock.c tools/bench/stock.h \
	tools/bench/stop.c tools/bench/stop.h \
	tools/bench/tally.c tools/bench/tally.h \
	tools/bench/target.c tools/bench/target.h \
	tools/bench/template.c tools/bench/template.h \
	tools/bench/units.c tools/bench/units.h \
	tools/bench/wire.c tools/bench/wire.h \
	tools/bench/workload.c tools/bench/workload.h \
	tools/bench/workloads.c \
	tools/bench/ws.c tools/bench/ws.h \
	tools/conform/markup.c tools/conform/markup.h

bin_PROGRAMS += bsn-bench
bsn_bench_CPPFLAGS = $(bench_flags)
bsn_bench_SOURCES = tools/bench/main.c
bsn_bench_LDADD = $(libbsn_bench_libs)
