package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.file.BoundedFile;
import dev.oar.job.JobLimits;
import dev.oar.job.ServedModel;
import dev.oar.preference.PreferenceStudy;
import dev.oar.server.OarServer;
import dev.oar.server.ServerSettings;
import dev.oar.server.StudyServer;
import dev.oar.tensor.LibTorch;
import dev.oar.text.TextEncoderFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Draws for many clients over HTTP, or takes the votes of a study. */
@Command(
        name = "serve",
        sortOptions = false,
        description = {
            "Draws for many clients over HTTP, until it is interrupted.",
            "",
            "Models are loaded once. Clients take turns; images of several clients are drawn together, and each is equal to the byte to"
                    + " what 'oar generate' draws with the same settings. docs/server.md describes the API; the server itself does at"
                    + " /openapi.json."
        })
final class ServeCommand implements Callable<Integer> {
    private static final int LONGEST_TOKEN = 4096;
    private static final int TICK_MILLISECONDS = 100;
    private static final int STREAMS = 64;

    private final Terminal terminal;
    private final Interruption interruption;
    private final BundledModels bundled;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            description = {
                "A bundled model (see 'oar models'), a model folder or a run directory; may be given several times. The first is",
                "the one that is used where a request names none."
            })
    private List<String> models = List.of();

    @Option(
            names = "--study",
            paramLabel = "STUDY",
            description = {
                "A preference study ('oar preference') whose page for voting is served instead of models: pairs are shown blind, and a vote",
                "is on disk before the next pair is shown."
            })
    private @Nullable Path study;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "7860",
            description = "Port to listen at (default: ${DEFAULT-VALUE}); 0: any that is free.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = ServerSettings.LOOPBACK,
            description =
                    "Address to listen at (default: ${DEFAULT-VALUE}, which this machine alone reaches). Any other needs --token-file.")
    private String host = ServerSettings.LOOPBACK;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file with a token of at least 16 characters, which clients must then show.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--batch-size",
            paramLabel = "B",
            defaultValue = "2",
            description = {
                "Images drawn together where a request names no batch-size (default: ${DEFAULT-VALUE}, as of 'oar generate').",
                "More is faster for many clients, and slower for one."
            })
    private int batchSize = 2;

    @Option(
            names = "--waiting",
            paramLabel = "N",
            defaultValue = "64",
            description = "Jobs that may wait for a model (default: ${DEFAULT-VALUE}); more are refused.")
    private int waiting;

    @Option(
            names = "--waiting-mebibytes",
            paramLabel = "M",
            defaultValue = "256",
            description = {
                "MiB that the pictures of jobs that wait may take (default: ${DEFAULT-VALUE}), and likewise what requests carry that are",
                "being answered; more are refused."
            })
    private int waitingMebibytes;

    @Option(
            names = "--job-seconds",
            paramLabel = "S",
            defaultValue = "600",
            description = "Seconds that a job may be drawn for (default: ${DEFAULT-VALUE}).")
    private int jobSeconds;

    @Mixin
    private DeviceOption device = new DeviceOption();

    ServeCommand(Terminal terminal, Interruption interruption, BundledModels bundled) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.bundled = bundled;
    }

    @Override
    public Integer call() throws IOException {
        ServerSettings settings = new ServerSettings(host, port, token(), STREAMS);
        if (study != null) {
            return vote(study, settings);
        }
        requireModel();
        JobLimits limits = JobLimits.DEFAULT
                .withWaiting(waiting)
                .withWaitingBytes((long) waitingMebibytes << 20)
                .withSeconds(jobSeconds);
        List<ModelFolder> folders = new ArrayList<>();
        for (String model : models) {
            folders.add(bundled.find(model));
        }
        LibTorch.load();
        List<ServedModel> loaded = load(folders);
        try (OarServer server = OarServer.start(settings, loaded, limits)) {
            serve(server.port());
        }
        terminal.out().println("stopped");
        return 0;
    }

    private int vote(Path folder, ServerSettings settings) throws IOException {
        if (!models.isEmpty()) {
            throw new ParameterException(
                    commandSpec().commandLine(),
                    "a server either draws or takes votes, but --model and --study are given; leave one out");
        }
        PreferenceStudy opened = PreferenceStudy.open(folder);
        if (opened.dropped() > 0) {
            terminal.err()
                    .println(
                            "the last line of the votes was torn, of a vote that was never acknowledged; it was dropped");
        }
        try (StudyServer server = StudyServer.start(settings, opened)) {
            serve(server.port());
            opened.progress()
                    .forEach(rater -> terminal.out()
                            .println(rater.rater() + ": " + rater.done() + " of " + rater.count() + " votes"));
        }
        terminal.out().println("stopped");
        return 0;
    }

    private void requireModel() {
        if (models.isEmpty()) {
            throw new ParameterException(
                    commandSpec().commandLine(),
                    "--model must name what draws, or --study a study to vote on; give one of them");
        }
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("options are read by a command");
        }
        return spec;
    }

    private void serve(int at) {
        terminal.out().println("serving at http://" + host + ":" + at + "/; Ctrl-C ends it");
        terminal.out().flush();
        awaitInterruption();
    }

    private Optional<String> token() throws IOException {
        if (tokenFile == null) {
            return Optional.empty();
        }
        return Optional.of(BoundedFile.text(tokenFile, LONGEST_TOKEN, "a token is short; name its file")
                .strip());
    }

    private List<ServedModel> load(List<ModelFolder> folders) throws IOException {
        List<ServedModel> loaded = new ArrayList<>();
        try {
            for (ModelFolder folder : folders) {
                interruption.check();
                terminal.err().println("loading " + folder.manifest().name());
                Optional<TextEncoderFiles> encoder = folder.drawsFromCaptions()
                        ? new TextEncoders(terminal, interruption).find(Optional.empty(), folder)
                        : Optional.empty();
                loaded.add(ServedModel.load(
                        folder,
                        device.device(),
                        batchSize,
                        encoder,
                        line -> terminal.err().println(line)));
            }
            return loaded;
        } catch (IOException | RuntimeException e) {
            loaded.forEach(ServedModel::close);
            throw e;
        }
    }

    private void awaitInterruption() {
        try {
            while (true) {
                interruption.check();
                Thread.sleep(TICK_MILLISECONDS);
            }
        } catch (CancellationException e) {
            // What there was to be done is done.
            terminal.err().println("stopping");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
