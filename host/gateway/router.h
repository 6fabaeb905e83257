/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/router.h: the table of resources: which function answers what,
 * and who may ask.
 */
#ifndef HOST_GATEWAY_ROUTER_H
#define HOST_GATEWAY_ROUTER_H

#include <event2/http.h>

#include "host/gateway/target.h"
#include "identity/certificate.h"

typedef struct Exchange Exchange;

typedef struct {
	enum evhttp_cmd_type method;
	const char *pattern;	   /* "/v1/chains/{c}/txs/{id}"; "{path}" at
				    * the end: one segment or more */
	Role role;		   /* at least; ROLE_NONE: anybody */
	gboolean audited;	   /* it changes something */
	const char *const *params; /* of the query; ended by NULL; "where.":
				    * all that begin so; NULL: any */
	void (*handle)(Exchange *exchange);
} Route;

extern const Route routes[];
extern const guint route_count;

typedef enum {
	ROUTE_FOUND,
	ROUTE_UNKNOWN,	    /* no such path */
	ROUTE_OTHER_METHOD, /* the path, but not with this method */
} RouteMatch;

/* Finds the route of a request. `allow`, for g_free, is the list of methods of
 * the path, unless it is unknown. HEAD is answered where GET is. */
RouteMatch route_find(enum evhttp_cmd_type method, const Target *target,
		      const Route **route, char **allow);

/* The value of "{name}" of the route's pattern; NULL when there is none. */
const char *route_arg(const Route *route, const Target *target,
		      const char *name);

/* "GET", ...; "" for a method that evhttp does not know. */
const char *method_name(enum evhttp_cmd_type method);

#endif
