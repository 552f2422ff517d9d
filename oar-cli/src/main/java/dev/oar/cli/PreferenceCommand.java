package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.cli.PreferenceArms.ModelArm;
import dev.oar.data.ImageSet;
import dev.oar.data.ResultPlace;
import dev.oar.generate.Drawing;
import dev.oar.generate.FormatChoice;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.Subject;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.preference.ArmFolder;
import dev.oar.preference.ArmImages;
import dev.oar.preference.MatchKey;
import dev.oar.preference.PreferenceProtocol;
import dev.oar.preference.StudyMaker;
import dev.oar.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes a blind study in which people choose between images of several arms. */
@Command(
        name = "preference",
        sortOptions = false,
        description = {
            "Makes a blind study in which people choose between images of the same class or caption and seed from several arms.",
            "",
            "STUDY receives study.yaml (what is fixed before the first vote), trials.json (which image is of which arm) and images under"
                    + " neutral names. 'oar preference report STUDY' says what the votes mean."
        })
final class PreferenceCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Interruption interruption;
    private final BundledModels models;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private PreferenceArms arms = new PreferenceArms();

    @Mixin
    private PreferenceOptions options = new PreferenceOptions();

    @Mixin
    private SubjectOptions subject = new SubjectOptions();

    @Mixin
    private DrawingOptions drawingOptions = new DrawingOptions();

    @Mixin
    private DeviceOption deviceOption = new DeviceOption();

    @Option(names = "--out", paramLabel = "STUDY", description = "The folder of the study.")
    private @Nullable Path out;

    private PreferenceCommand(Terminal terminal, Interruption interruption, BundledModels models) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.models = models;
    }

    /** The command with the one that reports. */
    static CommandLine of(Terminal terminal, Interruption interruption, BundledModels models) {
        CommandLine command = new CommandLine(new PreferenceCommand(terminal, interruption, models));
        command.addSubcommand(new PreferenceReportCommand(terminal));
        return command;
    }

    @Override
    public Integer call() throws IOException {
        Path study = out;
        if (!arms.complete() || study == null) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "a study needs --a, --b and --out, but not all were given; add them, or ask for 'oar preference report STUDY'");
        }
        StudyMaker.requireNone(study);
        for (Path path : arms.paths()) {
            ResultPlace.requireOutside(study, path);
        }
        List<ModelArm> drawing = arms.models(models);
        List<ArmFolder> folders = arms.folders();
        try {
            make(study, folders, drawing);
        } finally {
            for (ArmFolder folder : folders) {
                folder.close();
            }
        }
        return 0;
    }

    private void make(Path study, List<ArmFolder> folders, List<ModelArm> models) throws IOException {
        List<MatchKey> matches = matches(folders, models);
        Device device = deviceOption.device();
        try (ProgressView progress = ProgressView.of(terminal)) {
            List<DrawnArm> drawn = new ArrayList<>();
            for (ModelArm model : models) {
                drawn.add(drawn(model, device, study, new DrawnArm.Surroundings(terminal, interruption, progress)));
            }
            List<ArmImages> all = arms.inSequence(folders, drawn);
            StudyMaker.Plan plan = options.plan();
            try (RealImages real = RealImages.open(options.catchImages(), all.get(0), arms.side())) {
                PreferenceProtocol protocol =
                        StudyMaker.make(study, plan, all, matches, real.images(), progress.heard(interruption));
                progress.close();
                tell(study, protocol);
            }
        }
    }

    private List<MatchKey> matches(List<ArmFolder> folders, List<ModelArm> models) throws IOException {
        if (folders.isEmpty()) {
            return asked(models.get(0).folder());
        }
        if (subject.given()) {
            throw new IllegalArgumentException(
                    "images that are there say what models draw beside them, but --class, --caption or --captions was"
                            + " given, too; leave it out");
        }
        List<MatchKey> shared = ArmFolder.matches(folders, !models.isEmpty());
        folders.stream()
                .filter(folder -> folder.count() > shared.size())
                .forEach(folder -> terminal.err()
                        .println("note: " + (folder.count() - shared.size()) + " of the " + folder.count()
                                + " images of " + folder.arm().source() + " have no counterpart and are left out"));
        return StudyMaker.chosen(shared, options.pairs(shared.size()), options.seed());
    }

    /** What models draw where no images are there: every class in a random sequence again and again, or what was asked for in turn. */
    private List<MatchKey> asked(ModelFolder folder) throws IOException {
        List<Subject> subjects;
        if (subject.given() || folder.drawsFromCaptions()) {
            Drawn asked = subject.required(folder, new TextEncoders(terminal, interruption));
            subjects = asked.conditions().stream()
                    .map(condition -> asked.subject(condition).orElseThrow())
                    .toList();
        } else {
            List<Subject> classes = Subject.classes(folder.manifest().classes());
            int[] mixed = GenerationOrder.uniform(
                            classes.size(), CounterRandom.of(options.seed(), "preference classes"))
                    .toArray();
            subjects = IntStream.of(mixed).mapToObj(classes::get).toList();
        }
        return IntStream.range(0, options.pairs(options.usualPairs()))
                .<MatchKey>mapToObj(
                        index -> new MatchKey.Settings(subjects.get(index % subjects.size()), options.seed(), index))
                .toList();
    }

    private DrawnArm drawn(ModelArm model, Device device, Path study, DrawnArm.Surroundings surroundings) {
        GenerationRequest.requireRange("drawing", 0, 1, options.batchSize());
        Drawing drawing = drawingOptions.drawing(
                model.folder().manifest().space().cells(),
                model.arm(),
                model.folder().manifest().transformer().trainedOrders(),
                FormatChoice.ofMeasurements(terminal.err()::println, device, options.batchSize()));
        return new DrawnArm(
                model, drawing, options.batchSize(), arms.side(), device, subject.textEncoder(), study, surroundings);
    }

    /** Real images for catch trials, of the size of the others. */
    private record RealImages(Optional<ImageSet> images) implements AutoCloseable {
        static RealImages open(Optional<Path> path, ArmImages like, OptionalInt side) throws IOException {
            if (path.isEmpty()) {
                return new RealImages(Optional.empty());
            }
            boolean square = like.size().width() == like.size().height();
            return new RealImages(Optional.of(
                    square || side.isPresent()
                            ? ImageSet.open(path.get(), like.size().width())
                            : ImageSet.open(path.get())));
        }

        @Override
        public void close() throws IOException {
            if (images.isPresent()) {
                images.get().close();
            }
        }
    }

    private void tell(Path study, PreferenceProtocol protocol) {
        PreferenceProtocol.PlannedPower planned = protocol.planned();
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%d pairs and %d catch trials for each of %d raters: %s%n",
                        protocol.pairsPerRater(),
                        protocol.catchTrials().perRater(),
                        protocol.raters().size(),
                        String.join(" ", protocol.raters()));
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "a share of %s %% is told with chance %.0f %%: %d votes on two arms, worth %d independent ones%n",
                        Double.toString(100 * planned.share()).replaceAll("\\.0$", ""),
                        100 * planned.power(),
                        planned.votes(),
                        planned.independentVotes());
        terminal.out().println("study.yaml may be changed until the first vote: " + study);
    }
}
