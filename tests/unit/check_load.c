/* SPDX-License-Identifier: MIT */
/* check_load.c - tests load.c, tree.c and check.c: files, and what is said of them */
#include "config/load.h"

#include <sys/stat.h>
#include <sysexits.h>
#include <syslog.h>

#include "common/address.h"
#include "config/complaint.h"
#include "config/settings.h"
#include "sockd.h"
#include "unit.h"

/* Take the name of the test's directory out of the text. */
static char *
without_directory(char *text)
{
	size_t n = strlen(unit_directory) + 1;

	for (char *s = text; (s = strstr(s, unit_directory)) != NULL;)
		memmove(s, s + n, strlen(s + n) + 1);
	return text;
}

/* Every complaint, a line each, with files named as in the test's directory. */
static const char *
told(struct complaints *complaints)
{
	static char text[16384];

	text[0] = '\0';
	for (size_t i = 0; i < complaints->n; i++) {
		char *line = complaint_text(&complaints->list[i]);

		strcat(strcat(text, without_directory(line)), "\n");
		free(line);
	}
	return text;
}

static void
check_told(const char *path, const char *expected, int status)
{
	struct complaints complaints = { .n = 0 };

	ck_assert_ptr_null(config_load(path, &complaints));
	ck_assert_str_eq(told(&complaints), expected);
	ck_assert_int_eq(complaints.status, status);
	complaints_finish(&complaints);
}

static struct config *
load(const char *path)
{
	struct complaints complaints = { .n = 0 };
	struct config    *config = config_load(path, &complaints);

	ck_assert_msg(config != NULL, "%s", told(&complaints));
	ck_assert_uint_eq(complaints.n, 0);
	return config;
}

/* A service without a mistake, but for what is in line 4. */
#define SERVICE(line4)                                                     \
	"services: {\ngood: {\nlisten = \"tcp://127.0.0.1:1\"; handler = " \
	"\"echo\";\n" line4 "\n};\n};\n"
#define LISTEN(line2) "services: { good: { handler = \"echo\";\n" line2 "\n}; };\n"
#define HANDLER(line2) \
	"services: { good: { listen = \"tcp://127.0.0.1:1\";\n" line2 "\n}; };\n"

static const struct {
	const char *text, *told;
} mistakes[] = {
	/* the file */
	{ "", "main.conf: there is no service in it\n" },
	{ "services: { };", "main.conf: there is no service in it\n" },
	{ "nonsense", "main.conf:1: syntax error\n" },
	{ "\n\nlog: { level = ; };", "main.conf:3: syntax error\n" },
	{ "services: {\n a: {\n", "main.conf:3: syntax error\n" },
	{ SERVICE("nice = 1;\nnice = 2;"), "main.conf:5: duplicate setting name\n" },
	{ SERVICE("") "services: { };", "main.conf:7: duplicate setting name\n" },
	{ "services: { a: {\n};\na: {\n}; };", "main.conf:3: duplicate setting name\n" },

	/* unknown names */
	{ SERVICE("") "usr = \"nobody\";",
	    "main.conf:7: unknown setting \"usr\"; did you mean \"user\"?\n" },
	{ SERVICE("") "service: { };",
	    "main.conf:7: unknown setting \"service\"; did you mean \"services\"?\n" },
	{ SERVICE("") "something = 1;", "main.conf:7: unknown setting \"something\"\n" },
	{ SERVICE("") "lag: { };",
	    "main.conf:7: unknown setting \"lag\"; did you mean \"log\"?\n" },
	{ SERVICE("") "log: { levl = \"info\"; };",
	    "main.conf:7: log: unknown setting \"levl\"; did you mean \"level\"?\n" },
	{ SERVICE("") "log: { idle = 1; };",
	    "main.conf:7: log: unknown setting \"idle\"\n" },
	{ SERVICE("worker = 4;"),
	    "main.conf:4: services.good: unknown setting \"worker\"; "
	    "did you mean \"workers\"?\n" },
	{ SERVICE("Listen = 4;"),
	    "main.conf:4: services.good: unknown setting \"Listen\"; "
	    "did you mean \"listen\"?\n" },
	{ SERVICE("timeout: { };"),
	    "main.conf:4: services.good: unknown setting \"timeout\"; "
	    "did you mean \"timeouts\"?\n" },
	{ SERVICE("idle = \"5s\";"),
	    "main.conf:4: services.good: unknown setting \"idle\"\n" },
	{ SERVICE("timeouts: { idel = \"5s\"; };"),
	    "main.conf:4: services.good.timeouts: unknown setting \"idel\"; did you mean "
	    "\"idle\"?\n" },
	{ SERVICE("rlimits: { files = 5; };"),
	    "main.conf:4: services.good.rlimits: unknown setting \"files\"\n" },
	{ LISTEN("listen = { at = \"tcp://127.0.0.1:1\"; bocklog = 5; };"),
	    "main.conf:2: services.good.listen: unknown setting \"bocklog\"; did you "
	    "mean "
	    "\"backlog\"?\n" },
	{ LISTEN("listen = { At = \"tcp://127.0.0.1:1\"; };"),
	    "main.conf:2: services.good.listen: unknown setting \"At\"; did you mean "
	    "\"at\"?\n" },
	{ HANDLER("handler: { type = \"reply\"; txt = \"x\"; text = \"x\"; };"),
	    "main.conf:2: services.good.handler: unknown setting \"txt\"; did you mean "
	    "\"text\"?\n" },
	{ HANDLER("handler: { type = \"echo\"; text = \"x\"; };"),
	    "main.conf:2: services.good.handler: unknown setting \"text\"\n" },

	/* groups, lists and scalars in each other's place */
	{ SERVICE("") "log = \"info\";", "main.conf:7: log: must be a group { … }\n" },
	{ SERVICE("") "user: { };",
	    "main.conf:7: user: must be a string, not a group or a list\n" },
	{ "services = 5;", "main.conf:1: services: must be a group { … }\n" },
	{ "services = ( );", "main.conf:1: services: must be a group { … }\n" },
	{ "services: { a = 5; };", "main.conf:1: services.a: must be a group { … }\n" },
	{ "services: { a* : { }; };",
	    "main.conf:1: services.a*: a service's name is 1 to 64 "
	    "of the characters A-Z a-z 0-9 _ -\n" },
	{ SERVICE("timeouts = \"5s\";"),
	    "main.conf:4: services.good.timeouts: must be a group { … }\n" },
	{ SERVICE("nice = ( 1 );"),
	    "main.conf:4: services.good.nice: must be a number, not a group or a "
	    "list\n" },
	{ SERVICE("umask: { };"),
	    "main.conf:4: services.good.umask: must be a mode, not a group or a list\n" },
	{ "include = ( { } );\n" SERVICE(""),
	    "main.conf:1: include: must be a list of strings, not a group or a list\n" },

	/* values of the wrong kind, or out of range */
	{ SERVICE("") "user = 65534;",
	    "main.conf:7: user: 65534: must be a string in \" \", not a number\n" },
	{ SERVICE("") "log: { level = \"verbose\"; };",
	    "main.conf:7: log.level: \"verbose\": must be one of error warning notice "
	    "info "
	    "debug\n" },
	{ SERVICE("workers = 0;"),
	    "main.conf:4: services.good.workers: 0: must be 1 to 1000\n" },
	{ SERVICE("workers = 1001;"),
	    "main.conf:4: services.good.workers: 1001: must be 1 to 1000\n" },
	{ SERVICE("workers: { min = 3; max = 2; };"),
	    "main.conf:4: services.good.workers.max: 2: must be at least workers.min, "
	    "which is 3\n" },
	{ SERVICE("workers: { min = 0; max = 2; spare = 3; };"),
	    "main.conf:4: services.good.workers.spare: 3: must be at most workers.max, "
	    "which is 2\n" },
	{ SERVICE("workers: { min = -1; };"),
	    "main.conf:4: services.good.workers.min: -1: must be 0 to 1000\n" },
	{ SERVICE("workers: { most = 3; };"),
	    "main.conf:4: services.good.workers: unknown setting \"most\"\n" },
	{ SERVICE("workers = [ 3 ];"),
	    "main.conf:4: services.good.workers: must be a number or \"auto\", not a "
	    "group or a list\n" },
	{ SERVICE("workers = 4294967299;"),
	    "main.conf:4: 4294967299: is too large for a number; "
	    "none is larger than 2147483647\n" },
	{ SERVICE("workers = 5000000000L;"),
	    "main.conf:4: services.good.workers: 5000000000: must be 1 to 1000\n" },
	{ SERVICE("nice = -21;"),
	    "main.conf:4: services.good.nice: -21: must be -20 to 19\n" },
	{ SERVICE("nice = 1.5;"),
	    "main.conf:4: services.good.nice: 1.5: must be a number, not a fraction\n" },
	{ SERVICE("umask = 22;"),
	    "main.conf:4: services.good.umask: 22: must be a mode in \" \", not a "
	    "number\n" },
	{ SERVICE("umask = 022;"), "main.conf:4: 022: a number does not begin with 0\n" },
	{ SERVICE("umask = \"0x1\";"),
	    "main.conf:4: services.good.umask: \"0x1\": must be octal digits, 000 to "
	    "777\n" },
	{ SERVICE("timeouts: { idle = \"366d\"; };"),
	    "main.conf:4: services.good.timeouts.idle: \"366d\": must be \"0\" to "
	    "\"365d\"\n" },
	{ SERVICE("timeouts: { idle = 5; };"),
	    "main.conf:4: services.good.timeouts.idle: 5: "
	    "must be a time in \" \", not a number\n" },
	{ SERVICE("log_connections = \"yes\";"),
	    "main.conf:4: services.good.log_connections: \"yes\": must be "
	    "true or false, not a string\n" },

	/* listen */
	{ "services: {\ngood: { handler = \"echo\"; }; };",
	    "main.conf:2: services.good: \"listen\" is missing: the endpoint, such as "
	    "\"tcp://127.0.0.1:9999\"\n" },
	{ LISTEN("listen = ( );"),
	    "main.conf:2: services.good.listen: the list is empty\n" },
	{ LISTEN("listen = 9999;"),
	    "main.conf:2: services.good.listen: must be an endpoint such as "
	    "\"tcp://127.0.0.1:9999\", a group { at = …; } or a list ( ) of these\n" },
	{ LISTEN("listen = ( 9999 );"),
	    "main.conf:2: services.good.listen: must be an endpoint such as "
	    "\"tcp://127.0.0.1:9999\", a group { at = …; } or a list ( ) of these\n" },
	{ LISTEN("listen = { };"),
	    "main.conf:2: services.good.listen: \"at\" is missing: the endpoint\n" },
	{ LISTEN("listen = { backlog = 5; };"),
	    "main.conf:2: services.good.listen: \"at\" is missing: the endpoint\n" },
	{ LISTEN("listen = { backlog = 0; };"),
	    "main.conf:2: services.good.listen.backlog: 0: must be 1 to 65535\n"
	    "main.conf:2: services.good.listen: \"at\" is missing: the endpoint\n" },
	{ LISTEN("listen = \"tcp://127.0.0.1:99999\";"),
	    "main.conf:2: services.good.listen: \"tcp://127.0.0.1:99999\": port must be "
	    "1-65535\n" },
	{ LISTEN("listen = { at = \"tcp://127.0.0.1\"; };"),
	    "main.conf:2: services.good.listen.at: \"tcp://127.0.0.1\": must end in "
	    ":PORT\n" },
	{ LISTEN("listen = { at = 5; };"),
	    "main.conf:2: services.good.listen.at: 5: must be "
	    "an endpoint in \" \", not a number\n" },
	{ LISTEN("listen = ( \"tcp://127.0.0.1:1\",\n\"tcp://127.0.0.1:1\" );"),
	    "main.conf:3: services.good.listen: \"tcp://127.0.0.1:1\" is taken already, "
	    "by "
	    "services.good "
	    "in main.conf:2\n" },
	{ LISTEN("listen = { at = \"tcp://127.0.0.1:1\"; mode = \"600\"; };"),
	    "main.conf:2: services.good.listen.mode: is for socket paths, not for "
	    "\"tcp://127.0.0.1:1\"\n" },
	{ LISTEN("listen = { at = \"unix:@x\"; mode = \"600\"; };"),
	    "main.conf:2: services.good.listen.mode: is for socket paths, not for "
	    "\"unix:@x\"\n" },
	{ LISTEN("listen = { at = \"unix:///x\"; nodelay = true; };"),
	    "main.conf:2: services.good.listen.nodelay: is for tcp and mptcp endpoints, "
	    "not for "
	    "\"unix:///x\"\n" },
	{ LISTEN("listen = { at = \"udp://127.0.0.1:1\"; fastopen = 5; };"),
	    "main.conf:2: services.good.listen.fastopen: is for tcp and mptcp endpoints, "
	    "not for "
	    "\"udp://127.0.0.1:1\"\n" },
	{ LISTEN("listen = { at = \"udp://127.0.0.1:1\"; backlog = 5; };"),
	    "main.conf:2: services.good.listen.backlog: is for connections, not for "
	    "\"udp://127.0.0.1:1\"\n" },
	{ LISTEN("listen = { at = \"tcp4://127.0.0.1:1\"; v6only = true; };"),
	    "main.conf:2: services.good.listen.v6only: is for IPv6 addresses, not for "
	    "\"tcp4://127.0.0.1:1\"\n" },
	{ LISTEN("listen = { at = \"unix:@x\"; freebind = true; };"),
	    "main.conf:2: services.good.listen.freebind: is for endpoints with a host, "
	    "not for \"unix:@x\"\n" },
	{ LISTEN("listen = { at = \"raw://253\"; reuseport = true; };"),
	    "main.conf:2: services.good.listen.reuseport: is for endpoints with a host, "
	    "not for \"raw://253\"\n" },
	{ LISTEN("listen = { at = \"sctp://127.0.0.1:1\"; nodelay = true; };"),
	    "main.conf:2: services.good.listen.nodelay: is for tcp and mptcp endpoints, "
	    "not for \"sctp://127.0.0.1:1\"\n" },
	{ LISTEN("listen = { at = \"vsock://*:1\"; tos = 8; };"),
	    "main.conf:2: services.good.listen.tos: is for IP endpoints, not for "
	    "\"vsock://*:1\"\n" },
	{ LISTEN("listen = { at = \"packet://lo\"; device = \"lo\"; };"),
	    "main.conf:2: services.good.listen.device: is for IP endpoints, not for "
	    "\"packet://lo\"\n" },
	{ LISTEN("listen = { at = \"fd://x\"; backlog = 5; receive_buffer = \"8k\"; };"),
	    "main.conf:2: services.good.listen.backlog: is for sockets that sockd opens "
	    "itself, not for \"fd://x\"\n"
	    "main.conf:2: services.good.listen.receive_buffer: is for sockets that sockd "
	    "opens itself, not for \"fd://x\"\n" },
	{ LISTEN("listen = [ \"fd://x\", \"fd://x\" ];"),
	    "main.conf:2: services.good.listen: \"fd://x\" is taken already, by "
	    "services.good in main.conf:2\n" },
	{ LISTEN("listen = { at = \"unix:///x\"; owner = \"no-such-user\"; };"),
	    "main.conf:2: services.good.listen.owner: \"no-such-user\": no such user\n" },
	{ LISTEN("listen = { at = \"unix:///x\"; group = \"no-such-group\"; };"),
	    "main.conf:2: services.good.listen.group: \"no-such-group\": no such "
	    "group\n" },

	/* handlers */
	{ HANDLER(""),
	    "main.conf:1: services.good: \"handler\" is missing: what serves a "
	    "connection, such as \"echo\"\n" },
	{ HANDLER("handler = \"ecko\";"),
	    "main.conf:2: services.good.handler: unknown "
	    "handler \"ecko\"; did you mean \"echo\"?\n" },
	{ HANDLER("handler = \"something\";"),
	    "main.conf:2: services.good.handler: unknown handler \"something\"\n" },
	{ HANDLER("handler = 5;"),
	    "main.conf:2: services.good.handler: must be the name of a handler, in \" "
	    "\"\n" },
	{ HANDLER("handler = { };"),
	    "main.conf:2: services.good.handler: \"type\" is "
	    "missing: the name of the handler\n" },
	{ HANDLER("handler = { type = 5; };"),
	    "main.conf:2: services.good.handler: must be the name of a handler, in \" "
	    "\"\n" },
	{ HANDLER("handler = \"reply\";"),
	    "main.conf:2: services.good.handler: reply needs a "
	    "\"text\" or a \"file\" to send\n" },
	{ HANDLER("handler = { type = \"reply\"; text = \"x\"; file = \"main.conf\"; };"),
	    "main.conf:2: services.good.handler: reply takes a \"text\" or a \"file\", "
	    "not "
	    "both\n" },
	{ HANDLER("handler = { type = \"reply\"; text = \"x\"; read = 1048577; };"),
	    "main.conf:2: services.good.handler.read: 1048577: must be 0 to 1048576\n" },
	{ HANDLER("handler = { type = \"reply\"; text = \"x\"; file = \"none\"; };"),
	    "main.conf:2: services.good.handler.file: \"none\": cannot open none: No "
	    "such "
	    "file or directory\n" },

	/* identities */
	{ SERVICE("user = \"no-such-user\";"),
	    "main.conf:4: services.good.user: \"no-such-user\": no such user\n" },
	{ SERVICE("group = \"no-such-group\";"),
	    "main.conf:4: services.good.group: \"no-such-group\": no such group\n" },
	{ SERVICE("user = \"4711\";"),
	    "main.conf:4: services.good.user: \"4711\": a user without "
	    "a name needs a group too\n" },

	/* bytes that must not reach a terminal */
	{ LISTEN("listen = \"\x1b[31m\\n\xc2\x9b\";"),
	    "main.conf:2: services.good.listen: \"?[31m???\": "
	    "must begin with one of tcp: tcp4: tcp6: udp: udp4: udp6: mptcp: sctp: "
	    "udplite: unix: seqpacket: unixgram: vsock: tipc: raw: packet: fd:\n" },
};

START_TEST(tells_each_mistake)
{
	check_told(
	    unit_write("main.conf", mistakes[_i].text), mistakes[_i].told, EX_CONFIG);
}
END_TEST

START_TEST(tells_all_mistakes_in_order)
{
	unit_write("b.conf", "services: { y: { handler = \"ecko\"; }; };");
	unit_write("a.conf", "user = \"x\";\nservices: {\nx: 5; };");
	check_told(
	    unit_write("main.conf",
		"log: { level = 5; };\n"
		"include = [ \"b.conf\", \"a.conf\" ];\n"
		"services:\n"
		"{\n"
		"	a: { workrs = 4;\n"
		"	listen = ( \"tcp://127.0.0.1\",\n"
		"	    { at = \"unix:@x\"; mode = \"888\"; } );\n"
		"	};\n"
		"	b: { listen = \"tcp://127.0.0.1:1\"; handler = \"echo\"; };\n"
		"	c: { listen = \"tcp://127.0.0.1:1\"; handler = \"echo\"; };\n"
		"};\n"
		"usr = 1;\n"),
	    "main.conf:1: log.level: 5: must be a word, not a number\n"
	    "main.conf:5: services.a: unknown setting \"workrs\"; did you mean "
	    "\"workers\"?\n"
	    "main.conf:5: services.a: \"handler\" is missing: what serves a connection, "
	    "such as \"echo\"\n"
	    "main.conf:6: services.a.listen: \"tcp://127.0.0.1\": must end in :PORT\n"
	    "main.conf:7: services.a.listen.mode: \"888\": must be octal digits, 000 to "
	    "777\n"
	    "main.conf:10: services.c.listen: \"tcp://127.0.0.1:1\" is taken already, by "
	    "services.b in main.conf:9\n"
	    "main.conf:12: unknown setting \"usr\"; did you mean \"user\"?\n"
	    "b.conf:1: services.y.handler: unknown handler \"ecko\"; did you mean "
	    "\"echo\"?\n"
	    "b.conf:1: services.y: \"listen\" is missing: the endpoint, such as "
	    "\"tcp://127.0.0.1:9999\"\n"
	    "a.conf:1: unknown setting \"user\"\n"
	    "a.conf:3: services.x: must be a group { … }\n",
	    EX_CONFIG);
}
END_TEST

START_TEST(tells_what_cannot_be_read)
{
	check_told(unit_path("none.conf"),
	    "none.conf: cannot open it: No such file or directory\n", EX_NOINPUT);
	check_told(unit_write("main.conf", SERVICE("") "@include \"none\"\n"),
	    "main.conf:7: @include of none: cannot open it: No such file or directory\n",
	    EX_CONFIG);
	mkdir(unit_path("dir"), 0700);
	check_told(unit_path("dir"), "dir: cannot open it: Is a directory\n", EX_NOINPUT);
}
END_TEST

/* Included files are told too, and the first reason decides about the exit status. */
START_TEST(tells_what_cannot_be_included)
{
	mkdir(unit_path("d.conf"), 0700);
	unit_write("e.conf", "services: {");
	check_told(unit_write("main.conf", "include = \"?.conf\";\n" SERVICE("")),
	    "d.conf: cannot open it: Is a directory\ne.conf:1: syntax error\n",
	    EX_NOINPUT);
}
END_TEST

#define ECHO(name, port) \
	name ": { listen = \"tcp://127.0.0.1:" port "\"; handler = \"echo\"; };"

static const char *
names(const struct config *config)
{
	static char text[256];

	text[0] = '\0';
	for (const struct service_conf *s = config->services; s != NULL; s = s->next)
		strcat(strcat(text, s->name), " ");
	return text;
}

START_TEST(keeps_the_order_of_services_and_files)
{
	struct config *config;

	mkdir(unit_path("dir"), 0700);
	unit_write("dir/b.conf", "services: { " ECHO("z", "1") ECHO("y", "2") " };");
	unit_write("dir/a.conf", "services: { " ECHO("x", "3") " };");
	unit_write("c.conf", "services: { " ECHO("w", "4") " };");
	unit_write("dir/empty.conf", "");
	unit_write("dir/other", "nonsense");
	config = load(unit_write("main.conf",
	    "services: { " ECHO("v", "5")
		ECHO("u", "6") " };\n"
			       "include = [ \"dir/*.conf\", \"c.conf\", \"none/*\" ];"));
	ck_assert_str_eq(names(config), "v u x z y w ");
	ck_assert_str_eq(
	    service_conf_find(config, "y")->origin.file, unit_path("dir/b.conf"));
	ck_assert_int_eq(service_conf_find(config, "y")->origin.line, 1);
	settings_destroy(config);
}
END_TEST

START_TEST(finds_services_of_the_same_name)
{
	unit_write("a.conf", "services: {\n\n" ECHO("x", "2") " };");
	unit_write("b.conf", "services: {\n" ECHO("x", "3") " };");
	check_told(unit_write("main.conf",
		       "services: { " ECHO("x", "1") " };\ninclude = \"?.conf\";"),
	    "a.conf:3: services.x: there is a service of this name already, main.conf:1\n"
	    "b.conf:2: services.x: there is a service of this name already, "
	    "main.conf:1\n",
	    EX_CONFIG);
}
END_TEST

START_TEST(finds_endpoints_of_other_files)
{
	unit_write("a.conf", "services: {\n\n" ECHO("y", "1") " };");
	check_told(unit_write("main.conf",
		       "services: { " ECHO("x", "1") " };\ninclude = \"?.conf\";"),
	    "a.conf:3: services.y.listen: \"tcp://127.0.0.1:1\" is taken already, by "
	    "services.x in "
	    "main.conf:1\n",
	    EX_CONFIG);
}
END_TEST

/* Any port is another one each time. */
START_TEST(allows_port_0_twice)
{
	settings_destroy(load(
	    unit_write("main.conf", "services: { " ECHO("x", "0") ECHO("y", "0") " };")));
}
END_TEST

START_TEST(reads_libconfig_includes)
{
	struct config *config;

	unit_write("part", "\nworkers = 3;\n");
	config = load(unit_write("main.conf", SERVICE("\n@include \"part\"\n")));
	ck_assert_int_eq(config->services->workers.max, 3);
	ck_assert_str_eq(config->services->origins[0].file, unit_path("part"));
	ck_assert_int_eq(config->services->origins[0].line, 2);
	settings_destroy(config);
	unit_write("part", "\n\nworkers = 0;\n");
	check_told(unit_path("main.conf"),
	    "part:3: services.good.workers: 0: must be 1 to 1000\n", EX_CONFIG);
}
END_TEST

START_TEST(loads_every_part)
{
	struct config             *config = load(unit_write("main.conf",
			"log: { level = \"debug\"; identity = \"x\"; };\n"
				    "pid_file = \"run/pid\";\n"
				    "services: { a: {\n"
				    "  listen = (\n"
				    "    \"unix:@a\",\n"
				    "    { at = \"unix:///x\"; mode = \"600\"; group = \"0\"; } );\n"
				    "  handler: { type = \"reply\"; file = \"main.conf\"; read = 0; };\n"
				    "  workers = 3; nice = -20; directory = \"sub\"; umask = \"077\";\n"
				    "  timeouts: { idle = \"1500ms\"; drain = \"0\"; };\n"
				    "}; };"));
	const struct service_conf *a = config->services;

	ck_assert_int_eq(config->log.level, LOG_DEBUG);
	ck_assert_str_eq(config->pid_file, unit_path("run/pid"));
	ck_assert_str_eq(config->directory, unit_directory);
	ck_assert_str_eq(a->listens->at.text, "unix:@a");
	ck_assert_int_eq(a->listens->origins[0].line, 5);
	ck_assert(!a->listens->ownership.given);
	ck_assert_int_eq(a->listens->next->mode, 0600);
	ck_assert(a->listens->next->ownership.given);
	ck_assert_uint_eq(a->listens->next->ownership.uid, (uid_t)-1);
	ck_assert_uint_eq(a->listens->next->ownership.gid, 0);
	ck_assert_int_eq(a->listens->next->origins[0].line, 6);
	ck_assert_ptr_null(a->listens->next->next);
	ck_assert_str_eq(a->handler->name, "reply");
	ck_assert_int_eq(a->handler_origin.line, 7);
	ck_assert_int_eq(a->workers.min, 3);
	ck_assert_str_eq(a->directory, unit_path("sub"));
	ck_assert_int_eq(a->timeouts.idle, 1500);
	ck_assert_int_eq(a->timeouts.lifetime, 0);
	ck_assert_int_eq(a->timeouts.drain, 0);
	ck_assert_ptr_null(
	    a->origins[setting_find(service_rows, "chroot") - service_rows].file);
	settings_destroy(config);
}
END_TEST

/* Each of them may be written in other ways too. */
static const char *const same[] = {
	"services: { good: { listen: { at = \"tcp://127.0.0.1:1\"; }; handler: { type = "
	"\"echo\"; }; }; };",
	"services= {good={listen=[\"tcp://127.0.0.1:1\"],handler=\"ec\" \"ho\"}}",
	"// x\n/* y */ services: { good: { listen = ( \"tcp://127.0.0.1:1\" ); handler = "
	"\"\\x65cho\" } }",
	"include = [ \"\" ]; services: { good: { handler = \"echo\"; listen = ( { at = "
	"\"tcp://127.0.0.1:1\" } ) } };",
	"user = \"root\"; services: { good: { listen = \"tcp://127.0.0.1:1\"; handler = "
	"\"echo\"; }; };",
};

START_TEST(reads_the_same_written_otherwise)
{
	struct config *a = load(unit_write("a", SERVICE(""))),
		      *b = load(unit_write("b", same[_i]));

	identity_finish(&a->services->identity);
	identity_finish(&b->services->identity);
	ck_assert_int_eq(service_conf_diff(a->services, b->services), APPLY_NOTHING);
	settings_destroy(a);
	settings_destroy(b);
}
END_TEST

/* Names of services go into logs and file names. */
START_TEST(limits_names)
{
	char name[66], text[256];

	memset(name, 'n', sizeof name);
	name[64] = '\0';
	snprintf(text, sizeof text,
	    "services: { %s: { listen = \"unix:@x\"; handler = \"echo\"; }; };", name);
	settings_destroy(load(unit_write("main.conf", text)));
	name[64] = 'n';
	name[65] = '\0';
	snprintf(text, sizeof text,
	    "services: { %s: { listen = \"unix:@x\"; handler = \"echo\"; }; };", name);
	unit_write("main.conf", text);
	snprintf(text, sizeof text,
	    "main.conf:1: services.%s: a service's name is 1 to 64 of the "
	    "characters A-Z a-z 0-9 _ -\n",
	    name);
	check_told(unit_path("main.conf"), text, EX_CONFIG);
}
END_TEST

START_TEST(resolves)
{
	struct complaints complaints = { .n = 0 };
	struct config    *config = load(unit_write("main.conf",
	       "services: { a: { handler = \"echo\"; listen = ( \"unix:@x\", \"tcp://*:1\" "
		  "); };\n"
		  "b: { handler = \"echo\";\nlisten = \"tcp4://127.0.0.1:2\"; }; };"));

	ck_assert_int_eq(config_resolve(config, &complaints), 0);
	ck_assert_int_eq(config->services->listens->n_addresses, 1);
	ck_assert_int_eq(config->services->listens->next->n_addresses, 1);
	ck_assert_uint_eq(address_port(config->services->next->listens->addresses), 2);
	settings_destroy(config);

	config = load(unit_write("main.conf",
	    "services: { a: { handler = \"echo\"; listen = "
	    "(\n\"tcp://a..b:1\",\n\"tcp4://a..b:1\" ); }; };"));
	ck_assert_int_eq(config_resolve(config, &complaints), -1);
	ck_assert_uint_eq(complaints.n, 2);
	ck_assert_int_eq(complaints.status, EX_UNAVAILABLE);
	ck_assert_int_eq(complaints.list[1].line, 3);
	ck_assert_ptr_eq(strstr(complaints.list[1].text,
			     "services.a.listen: \"tcp4://a..b:1\": "
			     "a..b does not resolve: "),
	    complaints.list[1].text);
	ck_assert_int_eq(config->services->listens->n_addresses, 0);
	complaints_finish(&complaints);
	settings_destroy(config);
}
END_TEST

/* Only root can become somebody else: others run as they are, and need no such user. */
START_TEST(looks_up_the_global_user_for_root_only)
{
	const char *path =
	    unit_write("main.conf", "user = \"no-such-user\";\n" SERVICE(""));

	if (geteuid() == 0)
		check_told(path, "main.conf:1: user: \"no-such-user\": no such user\n",
		    EX_CONFIG);
	else
		settings_destroy(load(path));
}
END_TEST

/* The first 200 bytes of every prefix of a good file: never a crash, always an answer. */
START_TEST(survives_files_cut_anywhere)
{
	static const char text[] =
	    "include = [ \"x\" ]; /* c */ log: { level = \"info\"; };\n"
	    "services: { a: { listen = ( { at = \"unix:@x\"; backlog = 5; }, \"unix:@y\" "
	    ");\n"
	    "handler: { type = \"reply\"; text = \"x\\n\"; }; workers = 4; }; };\n";
	struct complaints complaints;
	char              cut[sizeof text];

	for (size_t n = 0; n < sizeof text - 4; n++) {
		memcpy(cut, text, n);
		cut[n] = '\0';
		complaints = (struct complaints){ .n = 0 };
		settings_destroy(config_load(unit_write("main.conf", cut), &complaints));
		ck_assert_uint_ge(complaints.n, 1);
		complaints_finish(&complaints);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("load");

	TABLE(s, tells_each_mistake, mistakes);
	TEST(s, tells_all_mistakes_in_order);
	TEST(s, tells_what_cannot_be_read);
	TEST(s, tells_what_cannot_be_included);
	TEST(s, keeps_the_order_of_services_and_files);
	TEST(s, finds_services_of_the_same_name);
	TEST(s, finds_endpoints_of_other_files);
	TEST(s, allows_port_0_twice);
	TEST(s, reads_libconfig_includes);
	TEST(s, loads_every_part);
	TABLE(s, reads_the_same_written_otherwise, same);
	TEST(s, limits_names);
	TEST(s, resolves);
	TEST(s, looks_up_the_global_user_for_root_only);
	TEST(s, survives_files_cut_anywhere);
	return unit_run(s);
}
