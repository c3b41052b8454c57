/* SPDX-License-Identifier: MIT */
/* main.c - sockd(8): options, load the settings, run the master */
#include "config.h"

#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/inherited.h"
#include "common/io.h"
#include "common/log.h"
#include "common/proctitle.h"
#include "common/xalloc.h"
#include "config/dump.h"
#include "config/settings.h"
#include "handler/handlers.h"
#include "import/import.h"
#include "master/daemon.h"
#include "master/master.h"
#include "master/notify.h"
#include "master/trial.h"
#include "sockd.h"

enum mode { MODE_RUN, MODE_TEST, MODE_DUMP };

/* Of options without a short form. */
enum { OPTION_IMPORT = 256 };

struct options {
	const char *file; /* NULL: none was given */
	enum mode   mode;
	bool        foreground, imports;
	int         status; /* to exit with if the settings cannot be loaded */
};

static void
print_help(void)
{
	fputs("Usage: " SOCKD " [-c FILE] [-f] [-t | -T] [-V] [-h]\n"
	      "       " SOCKD " --import FILE...\n"
	      "Serve sockets with preforked workers.\n\n"
	      "  -c, --config FILE  settings [" SYSCONFDIR "/" SOCKD ".conf]\n"
	      "  -f, --foreground   stay, and log to standard error\n"
	      "  -t, --test         check the settings and open nothing\n"
	      "  -T, --dump         check them and print every setting in force\n"
	      "      --import FILE...\n"
	      "                     print settings that do what the files of inetd, "
	      "xinetd\n"
	      "                     or systemd do\n"
	      "  -V, --version      print the version and how it was built\n"
	      "  -h, --help         print this\n\n"
	      "Signals: HUP reload, TERM finish and stop, INT stop, USR1 log the state,\n"
	      "TTIN and TTOU one worker more or fewer.  See " SOCKD "(8) and " SOCKD
	      ".conf(5).\n",
	    stdout);
}

static void
print_version(void)
{
	printf(SOCKD " %s\nhandlers:", PACKAGE_VERSION);
	for (size_t i = 0; handlers[i] != NULL; i++)
		printf(" %s", handlers[i]->name);
	printf("\nsettings: %s/%s.conf\n", SYSCONFDIR, SOCKD);
#if defined(__SANITIZE_ADDRESS__)
	puts("built with: address sanitizer");
#endif
#if defined(__clang__)
	printf("compiler: clang %s\n", __clang_version__);
#else
	printf("compiler: gcc %s\n", __VERSION__);
#endif
}

static int
flush_output(void)
{
	if (fflush(stdout) == 0)
		return 0;
	perror(SOCKD ": cannot write to standard output");
	return EX_IOERR;
}

static int
usage(void)
{
	fputs("Try '" SOCKD " --help'\n", stderr);
	return EX_USAGE;
}

/* Do they fit together?  -1 to go on, or the status to exit with. */
static int
check_options(int argc, char **argv, struct options *options)
{
	if (options->imports) {
		if (options->file != NULL || options->mode != MODE_RUN ||
		    options->foreground)
			fputs(SOCKD ": --import goes with no other option\n", stderr);
		else if (optind == argc)
			fputs(SOCKD ": --import needs a file, such as /etc/inetd.conf\n",
			    stderr);
		else
			return -1;
		return usage();
	}
	if (options->file == NULL)
		options->file = SYSCONFDIR "/" SOCKD ".conf";
	if (optind == argc)
		return -1;
	fprintf(stderr, SOCKD ": unexpected argument \"%s\"\n", argv[optind]);
	return usage();
}

/* -1 to go on, or the status to exit with. */
static int
parse_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = { { "config", required_argument, NULL, 'c' },
		{ "foreground", no_argument, NULL, 'f' },
		{ "test", no_argument, NULL, 't' }, { "dump", no_argument, NULL, 'T' },
		{ "import", no_argument, NULL, OPTION_IMPORT },
		{ "version", no_argument, NULL, 'V' }, { "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 } };
	int                        c;

	while ((c = getopt_long(argc, argv, "c:ftTVh", known, NULL)) != -1) {
		switch (c) {
		case 'c':
			if (optarg[0] == '\0') {
				fputs(SOCKD ": -c needs the name of a file\n", stderr);
				return usage();
			}
			options->file = optarg;
			break;
		case 'f':
			options->foreground = true;
			break;
		case 't':
		case 'T':
			if (options->mode != MODE_RUN) {
				fputs(SOCKD ": -t and -T are given more than once\n",
				    stderr);
				return usage();
			}
			options->mode = c == 't' ? MODE_TEST : MODE_DUMP;
			break;
		case OPTION_IMPORT:
			options->imports = true;
			break;
		case 'V':
			print_version();
			return flush_output();
		case 'h':
			print_help();
			return flush_output();
		default:
			return usage();
		}
	}
	return check_options(argc, argv, options);
}

/* NULL after telling all that is wrong with the settings. */
static struct config *
load(struct options *options)
{
	struct trial_errors errors;
	struct config      *config =
	    trial_load(options->file, options->mode == MODE_RUN, &errors);

	for (size_t i = 0; i < errors.lines.n; i++)
		fprintf(stderr, "%s\n", errors.lines.list[i]);
	strings_finish(&errors.lines);
	options->status = errors.status;
	return config;
}

static int
test_or_dump(const struct options *options, struct config *config)
{
	if (options->mode == MODE_DUMP)
		config_dump(config, stdout);
	else
		printf("%s: ok\n", options->file);
	settings_destroy(config);
	return flush_output();
}

static int
import(char **files, size_t n)
{
	int status = import_run(files, n), result = flush_output();

	return result != 0 ? result : status;
}

/* A daemon changes its directory, and must find the file again at a reload. */
static char *
absolute(const char *file, const struct config *config)
{
	const char *slash = strrchr(file, '/');

	return xasprintf("%s/%s",
	    strcmp(config->directory, "/") == 0 ? "" : config->directory,
	    slash != NULL ? slash + 1 : file);
}

static int
run(const struct options *options, struct config *config)
{
	bool  to_stderr = options->foreground || getpid() == 1;
	char *file;
	int   status = EX_OSERR;

	notify_init();
	if (to_stderr || notify_wanted()) {
		file = xstrdup(options->file);
	} else {
		file = absolute(options->file, config);
		if (daemon_start() != 0) {
			perror(SOCKD ": cannot become a daemon");
			settings_destroy(config);
			goto fail_daemon;
		}
	}
	status = master_run(file, config, to_stderr);
fail_daemon:
	free(file);
	return status;
}

/* Of what was left open above us only what was handed over is ours to keep. */
static int
take_descriptors(void)
{
	char              why[256];
	int               result = inherited_init(why, sizeof why);
	size_t            n;
	struct inherited *all = inherited_list(&n);
	int              *keep = xcalloc(n + 1, sizeof *keep);

	if (result != 0)
		fprintf(stderr, SOCKD ": %s\n", why);
	for (size_t i = 0; i < n; i++)
		keep[i] = all[i].fd;
	(void)io_close_others(keep, n);
	free(keep);
	return result;
}

int
main(int argc, char **argv)
{
	struct options options = { .file = NULL };
	struct config *config;
	int            status;

	proctitle_init(argc, argv);
	signal(SIGCHLD, SIG_DFL); /* whoever started us may ignore it */
	if (io_open_standard() != 0) {
		perror(SOCKD ": cannot open /dev/null");
		return EX_OSERR;
	}
	argv[0] = (char *)SOCKD; /* as getopt's errors begin */
	if (take_descriptors() != 0)
		return EX_OSERR;
	status = parse_options(argc, argv, &options);
	if (status != -1)
		return status;
	if (options.imports)
		return import(argv + optind, (size_t)(argc - optind));
	config = load(&options);
	if (config == NULL)
		return options.status;
	return options.mode == MODE_RUN ? run(&options, config) :
					  test_or_dump(&options, config);
}
