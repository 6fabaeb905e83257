/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/ctl.h"

#include <curl/curl.h>
#include <locale.h>

int
main(int argc, char **argv)
{
	int exit_code;

	setlocale(LC_ALL, "");
	curl_global_init(CURL_GLOBAL_DEFAULT);
	exit_code = ctl_main(argc, argv);
	curl_global_cleanup();
	return exit_code;
}
