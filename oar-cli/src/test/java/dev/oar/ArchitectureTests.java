package dev.oar;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The laws of ARCHITECTURE.md that the compiler does not check. */
class ArchitectureTests {
    private static final String ROOT = "dev.oar.";

    /** Top to bottom: a package sees those of lower layers, never those above or beside it. */
    private static final List<Set<String>> LAYERS = List.of(
            Set.of("server"),
            Set.of("job"),
            Set.of("message"),
            Set.of("parquet"),
            Set.of("estimate"),
            Set.of("benchmark"),
            Set.of("pipeline", "parity"),
            Set.of("holes", "study", "causal", "preference"),
            Set.of("measure"),
            Set.of("edit"),
            Set.of("train", "extract", "generate", "evaluate", "report"),
            Set.of("decode"),
            Set.of("artifact"),
            Set.of("check"),
            Set.of("data"),
            Set.of("layout"),
            Set.of("feature"),
            Set.of("model", "tokenizer"),
            Set.of("text"),
            Set.of("hub"),
            Set.of("piece"),
            Set.of("checkpoint", "scene"),
            Set.of("config", "image", "tar"),
            Set.of("tuning"),
            Set.of("group"),
            Set.of("tensor"),
            Set.of("order", "file", "tensorboard"));

    /** Packages that see less than their layer allows. */
    private static final Map<String, Set<String>> NARROWER = Map.ofEntries(
            Map.entry("parquet", Set.of("data", "layout", "image", "file")),
            Map.entry("message", Set.of("preference", "edit", "generate", "artifact", "model", "tuning", "config")),
            Map.entry("report", Set.of("image", "order")),
            Map.entry("data", Set.of("layout", "checkpoint", "config", "image", "tar", "tensor", "order", "file")),
            Map.entry("check", Set.of("data", "layout", "text", "config", "image", "order", "file")),
            Map.entry("layout", Set.of("checkpoint", "config", "image", "tar", "file")),
            Map.entry("hub", Set.of("checkpoint", "file")),
            Map.entry("scene", Set.of("image", "order", "file")),
            Map.entry("piece", Set.of("checkpoint", "tensor", "file")),
            Map.entry("config", Set.of("file")),
            Map.entry("image", Set.of("order", "file")),
            Map.entry("tar", Set.of("file")),
            Map.entry("tuning", Set.of("tensor")),
            Map.entry("group", Set.of("tensor")),
            Map.entry("tensor", Set.of()),
            Map.entry("order", Set.of()),
            Map.entry("file", Set.of()),
            Map.entry("tensorboard", Set.of()));

    /** What {@code order}, {@code file}, {@code tensorboard} and {@code tar} may use of others: the JDK and the annotations of nullness. */
    private static final String[] JDK_ONLY = {
        "java..",
        "org.jspecify.annotations..",
        "dev.oar.order..",
        "dev.oar.file..",
        "dev.oar.tensorboard..",
        "dev.oar.tar.."
    };

    /** LibTorch's functions that make a tensor from nothing, and so in main memory unless told otherwise. */
    private static final Set<String> FACTORIES = Set.of(
            "empty",
            "zeros",
            "ones",
            "full",
            "arange",
            "range",
            "linspace",
            "eye",
            "rand",
            "randn",
            "randint",
            "randperm",
            "tensor",
            "scalar_tensor",
            "from_blob",
            "from_file",
            "normal",
            "tril_indices",
            "triu_indices",
            "hann_window",
            "complex");

    /** What brings values, or a number of them, to Java or to main memory; the thread waits for the device. */
    private static final Map<String, Set<String>> READERS = Map.of(
            Tensors.class.getName(),
            Set.of("floats", "doubles", "longs", "ints", "intRows", "bytes", "memory"),
            Tensor.class.getName(),
            Set.of(
                    "cpu",
                    "item",
                    "item_bool",
                    "item_byte",
                    "item_double",
                    "item_float",
                    "item_int",
                    "item_long",
                    "item_short",
                    "item_char",
                    "is_nonzero",
                    "nonzero",
                    "masked_select",
                    "data_ptr",
                    "equal",
                    "allclose"),
            torch.class.getName(),
            Set.of("nonzero", "masked_select", "equal", "allclose", "unique_dim", "_unique2", "cuda_synchronize"));

    /** A layer in ARCHITECTURE.md: its packages, two spaces between them, and what they are for. */
    private static final Pattern LAYER_LINE = Pattern.compile(" {6}([a-z]+(?: {2}[a-z]+)*) {3,}\\S.*");

    private static final Set<String> FORBIDDEN_WORDS = Set.of("Util", "Utils", "Common", "Helper", "Manager");
    private static final int PLAUSIBLE_CLASSES = 150;

    /** The libraries: the command line may see everything, print and exit. */
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar") && !location.contains("/dev/oar/cli/"))
            .importPackages("dev.oar");

    @Test
    void theRulesSeeTheWholeLibrary() {
        assertThat(CLASSES.size()).isGreaterThan(PLAUSIBLE_CLASSES);
        Set<String> layered = LAYERS.stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
        assertThat(layered).as("packages that have a layer").containsAll(packageNames());
    }

    @Test
    void thePageOnArchitectureNamesTheLayers() throws IOException {
        List<Set<String>> named = Files.readAllLines(Path.of("../ARCHITECTURE.md")).stream()
                .map(LAYER_LINE::matcher)
                .filter(Matcher::matches)
                .map(line -> Set.of(line.group(1).split(" +")))
                .toList();
        assertThat(named).isEqualTo(LAYERS);
    }

    @Test
    void importsPointDownwards() {
        for (JavaClass origin : CLASSES) {
            String from = packageName(origin);
            Set<String> allowed = allowed(from);
            origin.getDirectDependenciesFromSelf().stream()
                    .filter(dependency ->
                            dependency.getTargetClass().getPackageName().startsWith(ROOT))
                    .forEach(dependency -> {
                        String target = packageName(dependency.getTargetClass());
                        assertThat(target.equals(from) || allowed.contains(target))
                                .as("%s may use only %s: %s", from, allowed, dependency.getDescription())
                                .isTrue();
                    });
        }
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("dev.oar.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void ordersFilesAndTarsNeedTheJdkOnly() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.oar.order..", "dev.oar.file..", "dev.oar.tensorboard..", "dev.oar.tar..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(JDK_ONLY)
                .check(CLASSES);
    }

    @Test
    void onlyRoutesKnowOfHttp() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.oar.server..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.javalin..", "jakarta.servlet..", "org.eclipse.jetty..", "io.micrometer..", "kotlin..")
                .check(CLASSES);
    }

    @Test
    void theServerHasNothingToDoWithFilesOfRequests() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.oar.server..", "dev.oar.message..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..")
                .because("no request touches the file system")
                .check(CLASSES);
    }

    @Test
    void onlyTheTensorPackageUsesJavaCpp() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.oar.tensor..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco.javacpp..")
                .because("native memory has one owner of its rules (docs/memory.md)")
                .check(CLASSES);
    }

    @Test
    void onlyTheTensorPackageMakesTensors() {
        for (JavaAccess<?> access : accesses()) {
            boolean makes = access.getTargetOwner().isEquivalentTo(torch.class)
                    && FACTORIES.contains(access.getName())
                    && !packageName(access.getOriginOwner()).equals("tensor");
            assertThat(makes)
                    .as("what makes a tensor puts it on the device in force: %s", access.getDescription())
                    .isFalse();
        }
    }

    @Test
    void onlyFewPlacesOfModelAndDecoderWaitForADevice() {
        Set<String> waiting = new TreeSet<>();
        for (JavaAccess<?> access : accesses()) {
            boolean reads = READERS.getOrDefault(access.getTargetOwner().getName(), Set.of())
                    .contains(access.getName());
            if (reads && Set.of("model", "decode").contains(packageName(access.getOriginOwner()))) {
                waiting.add(access.getOriginOwner().getSimpleName());
            }
        }
        // Of a whole batch when it is drawn or a listener asks, of a step's scores and of what its candidates tell, of
        // captions and of orders that are checked; numbers for callers.
        assertThat(waiting)
                .containsExactlyInAnyOrder(
                        "AnyOrderDecoder",
                        "FilledCells",
                        "ConfidenceScores",
                        "NetworkSteps",
                        "InformativeSteps",
                        "CaptionTokens",
                        "CaptionEmbeddings",
                        "LearnedCaptionTokens",
                        "SequenceTransformer");
    }

    private static Iterable<JavaAccess<?>> accesses() {
        return CLASSES.stream().flatMap(type -> type.getAccessesFromSelf().stream())::iterator;
    }

    @Test
    void namesSayWhatThingsAre() {
        assertThat(CLASSES.stream()
                        .flatMap(type -> Pattern.compile("(?=\\p{Lu})").splitAsStream(type.getSimpleName()))
                        .filter(FORBIDDEN_WORDS::contains))
                .isEmpty();
        Set<String> lowerCase = FORBIDDEN_WORDS.stream()
                .map(word -> word.toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.toSet());
        assertThat(packageNames()).doesNotContainAnyElementsOf(lowerCase);
    }

    @Test
    void onlyTheCommandLinePrints() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
        noClasses().should().callMethod(System.class, "exit", int.class).check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = CLASSES.stream()
                .map(JavaClass::getPackage)
                .filter(javaPackage -> !javaPackage.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .collect(Collectors.toSet());
        assertThat(unmarked).as("packages without @NullMarked").isEmpty();
    }

    @Test
    void exceptionsAreSpecific() {
        NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(CLASSES);
    }

    @Test
    void logsGoThroughSlf4j() {
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CLASSES);
    }

    private static Set<String> packageNames() {
        return CLASSES.stream().map(ArchitectureTests::packageName).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String packageName(JavaClass type) {
        return type.getPackageName().substring(ROOT.length());
    }

    private static Set<String> allowed(String name) {
        int layer = IntStream.range(0, LAYERS.size())
                .filter(index -> LAYERS.get(index).contains(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("give package " + name + " a layer"));
        Set<String> below =
                LAYERS.stream().skip(layer + 1L).flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
        below.retainAll(NARROWER.getOrDefault(name, below));
        return below;
    }
}
