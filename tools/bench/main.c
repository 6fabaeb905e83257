/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-bench: measures app chains through their hosts' gateways.
 */
#include <locale.h>

#include "tools/bench/commands.h"

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	return bench_main(argc, argv);
}
