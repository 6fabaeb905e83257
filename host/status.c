/* SPDX-License-Identifier: Apache-2.0 */
#include "host/status.h"

#include <bsn/base.h>

const char *
status_name(int32_t status)
{
	switch (status) {
#define X(symbol, code, name, http, sentence)                                  \
	case code:                                                             \
		return name;
		BSN_STATUS_MAP(X)
#undef X
	}
	return "internal";
}

int
status_http(int32_t status)
{
	switch (status) {
#define X(symbol, code, name, http, sentence)                                  \
	case code:                                                             \
		return http;
		BSN_STATUS_MAP(X)
#undef X
	}
	return 500;
}

const char *
status_sentence(int32_t status)
{
	switch (status) {
#define X(symbol, code, name, http, sentence)                                  \
	case code:                                                             \
		return sentence;
		BSN_STATUS_MAP(X)
#undef X
	}
	return "The component failed in a way that is its own fault.";
}
