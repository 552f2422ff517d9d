package dev.oar.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The bundled words of ImageNet's classes. */
class ImageNetClassesTests {
    @Test
    void thereAreAThousandClassesInTheOrderOfPublicModels() {
        assertThat(ImageNetClasses.words())
                .hasSize(1000)
                .containsEntry("n01440764", List.of("tench", "Tinca tinca"))
                .allSatisfy((id, words) -> assertThat(words).as(id).isNotEmpty());
        assertThat(ImageNetClasses.words().keySet()).allMatch(id -> id.matches("n\\d{8}"));
        // Numbers that users of ImageNet know by heart.
        List<String> names = ImageNetClasses.names();
        assertThat(names.get(0)).isEqualTo("tench");
        assertThat(names.get(207)).isEqualTo("golden retriever");
        assertThat(names.get(388)).isEqualTo("giant panda");
        assertThat(names.get(999)).isEqualTo("toilet tissue");
    }

    @Test
    void imagesOfWordNetIdsAreOfTheClassesOfAModelOfImageNetAndOfNoOther() {
        List<FoundImage> images = Stream.of("n02099601", "n01440764")
                .map(id -> new FoundImage(Path.of(id), id, id, "", id))
                .toList();
        List<String> numbers =
                IntStream.range(0, 1000).mapToObj(Integer::toString).toList();
        assertThat(classes(ImageNetClasses.namedFor(ImageNetClasses.names(), images)))
                .containsExactly("golden retriever", "tench");
        assertThat(classes(ImageNetClasses.namedFor(numbers, images))).containsExactly("207", "0");
        assertThat(classes(ImageNetClasses.namedFor(List.of("n01440764", "n02099601"), images)))
                .containsExactly("n02099601", "n01440764");
        List<FoundImage> others = List.of(new FoundImage(Path.of("x"), "x", "tench", "", "x"));
        assertThat(ImageNetClasses.namedFor(numbers, others)).isEqualTo(others);
    }

    private static List<String> classes(List<FoundImage> images) {
        return images.stream().map(FoundImage::className).toList();
    }

    @Test
    void namesAreDifferentWhereWordsAreNot() {
        assertThat(ImageNetClasses.names())
                .doesNotHaveDuplicates()
                .contains("crane (n02012849)", "crane (n03126707)", "tank suit");
    }
}
