package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContactSheetTests {
    private static final int GAP = 4;

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "5, 3, 2", "8, 4, 3", "3, 9, 1"})
    void everyImageStandsInItsPlaceWithEveryPixelAsASquare(int count, int columns, int scale) {
        List<RgbImage> images = IntStream.range(0, count)
                .mapToObj(index -> Images.noise(6, 4, 999, index))
                .toList();
        RgbImage sheet = ContactSheet.of(images, columns, scale);
        int usedColumns = Math.min(columns, count);
        int rows = (count + usedColumns - 1) / usedColumns;
        assertThat(sheet.width()).isEqualTo(GAP + usedColumns * (6 * scale + GAP));
        assertThat(sheet.height()).isEqualTo(GAP + rows * (4 * scale + GAP));
        for (int index = 0; index < count; index++) {
            int left = GAP + index % usedColumns * (6 * scale + GAP);
            int top = GAP + index / usedColumns * (4 * scale + GAP);
            for (int y = 0; y < 4 * scale; y++) {
                for (int x = 0; x < 6 * scale; x++) {
                    assertThat(Pixels.colour(sheet, left + x, top + y))
                            .as("image %d, pixel %d, %d", index, x, y)
                            .isEqualTo(Pixels.colour(images.get(index), x / scale, y / scale));
                }
            }
        }
    }

    @Test
    void captionsLeaveTheImagesAloneAndStayInTheirColumn() {
        List<RgbImage> images = Collections.nCopies(2, Images.plain(40, 10, 0x0000FF));
        RgbImage without = ContactSheet.of(images, 2, 1);
        String caption = "a caption much too long for one line of forty pixels and for six of them";
        RgbImage with = ContactSheet.of(images, 2, 1, List.of(caption, ""));
        List<String> lines = BitmapFont.wrapped(caption, 40, 6);
        assertThat(lines).hasSize(6).allMatch(line -> BitmapFont.width(line) <= 40);
        assertThat(lines.get(5)).endsWith("..");
        assertThat(BitmapFont.wrapped("two words", 100, 6)).containsExactly("two words");
        assertThat(with.width()).isEqualTo(without.width());
        assertThat(with.height()).isEqualTo(without.height() + 2 + 6 * (BitmapFont.HEIGHT + 1));
        int ink = 0;
        for (int y = GAP + 10; y < with.height(); y++) {
            for (int x = 0; x < with.width(); x++) {
                boolean dark = Pixels.colour(with, x, y) == 0x333333;
                assertThat(dark && x >= GAP + 40).as("ink at %d, %d", x, y).isFalse();
                ink += dark ? 1 : 0;
            }
        }
        assertThat(ink).isGreaterThan(20);
    }

    @Test
    void impossibleSheetsAreRefused() {
        RgbImage image = Images.plain(2, 2, 0);
        assertThatIllegalArgumentException().isThrownBy(() -> ContactSheet.of(List.of(), 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> ContactSheet.of(List.of(image), 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> ContactSheet.enlarged(image, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContactSheet.of(List.of(image), 1, 1, List.of("a", "b")))
                .withMessageContaining("2 captions for 1 images");
    }

    @Test
    void sheetsAreNearlySquareAndTheirRowsAreFullWherePossible() {
        assertThat(IntStream.of(1, 2, 3, 4, 5, 8, 12, 16, 32, 256).map(ContactSheet::columns))
                .containsExactly(1, 2, 3, 2, 3, 4, 4, 4, 8, 16);
        for (int images = 1; images <= 300; images++) {
            int columns = ContactSheet.columns(images);
            int rows = (images + columns - 1) / columns;
            assertThat(columns).as("columns of %d images", images).isBetween(rows, 3 * rows);
        }
    }
}
