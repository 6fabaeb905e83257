/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/options.h"

/* Columns of the left side of the lists of words. */
#define LEFT 13

static void
append_word_list(GString *text, const SimWord *words)
{
	for (guint i = 0; words[i].name != NULL; i++)
		g_string_append_printf(text, "        %-*s  %s\n", LEFT,
				       words[i].name, words[i].about);
}

char *
sim_options_help(void)
{
	GString *text = g_string_new(
"Usage: bsn-sim --engine E [--consensus C] [--nodes N] [--seed S] [--steps K]\n"
"\n"
"Runs N nodes of an engine in one process, under a virtual clock, with a\n"
"network, disks and clocks that fail as the seed has it, and looks after every\n"
"step whether the chain still keeps its promises. The same seed gives the same\n"
"run, byte for byte.\n"
"\n"
"What is run:\n"
"  -e, --engine FILE        the engine: a file, or its name in --plugin-dir\n"
"  -c, --consensus NAME     the protocol, as the chain's config names it; none\n"
"                           for an engine that decides alone\n"
"  -n, --nodes N            nodes that take part in consensus (4)\n"
"  -o, --observers N        nodes that only follow (0)\n"
"  -b, --byzantine F        how many of the nodes lie (0)\n"
"  -w, --workload FILE      what clients ask for, as JSON; see bsn-sim(1).\n"
"                           For x.so x.workload.json beside it, if not given\n"
"      --config JSON        merged into the chain's config\n"
"  -p, --plugin FILE        a further plugin; may be given again\n"
"      --plugin-dir DIR     where plugins are found by name\n"
"      --real-signatures    the plugins' own signatures, not the fast model\n"
"\n"
"How long:\n"
"  -s, --seed S             the run (1)\n"
"      --seeds A..B         all of these, each as if it were alone\n"
"  -k, --steps K            events with faults, before everything heals (5000)\n"
"      --settle MS          virtual time that a healed chain has (120000)\n"
"  -j, --jobs J             seeds at once (1)\n"
"      --keep-going         go on with the next seed after a violation\n"
"\n"
"What goes wrong: words with commas between, or \"none\". Of \"all\", which is\n"
"the default, each seed draws some; what is named happens with every seed:\n"
"  -f, --faults LIST\n");

	append_word_list(text, sim_faults);
	g_string_append(text,
"\n"
"What Byzantine nodes do, likewise:\n"
"      --lies LIST\n");
	append_word_list(text, sim_lies);
	g_string_append(text,
"\n"
"What is shown:\n"
"  -t, --trace              every step\n"
"      --lines N            the last N lines before a violation (60)\n"
"  -q, --quiet              violations alone\n"
"  -V, --version\n"
"  -h, --help\n"
"\n"
"Exit status: 0 everything held; 1 something did not; 2 the command line is\n"
"wrong; 3 the chain could not be simulated.\n"
"\n"
"Examples:\n"
"  bsn-sim -e engine-fisco -c raft -n 3 --seeds 1..100\n"
"  bsn-sim -e engine-fisco -c pbft -n 4 --byzantine 1 --seed 42 --trace\n"
"  bsn-sim -e ./engine-acme.so -w acme.json -c pbft -f crash,partition\n");
	return g_string_free(text, FALSE);
}
