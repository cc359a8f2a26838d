//! Draws a window into a picture without a screen or a graphics card, the same on every computer: triangles with a colour at each
//! corner times a texture, laid over each other as the window's own shaders do. A picture that is kept in the repository can so
//! be compared dot by dot.

use std::collections::HashMap;

use egui::epaint::{ClippedPrimitive, ImageDelta, Primitive, Vertex};
use egui::{Color32, ColorImage, Context, FullOutput, ImageData, Rect, TextureId, TexturesDelta};
use egui_kittest::TestRenderer;
use image::RgbaImage;

/// Red, green, blue, alpha, 0 to 255, the colours multiplied by alpha.
type Colour = [f32; 4];

/// What is drawn with: the textures the window has made so far.
#[derive(Default)]
pub struct Painter {
    textures: HashMap<TextureId, ColorImage>,
}

impl Painter {
    fn change(&mut self, id: TextureId, delta: ImageDelta) {
        let ImageData::Color(image) = delta.image;
        let Some([left, top]) = delta.pos else {
            self.textures.insert(id, (*image).clone());
            return;
        };
        let whole = self.textures.get_mut(&id).expect("a part comes after its whole");
        for (row, line) in image.pixels.chunks(image.width()).enumerate() {
            let at = (top + row) * whole.width() + left;
            whole.pixels[at..at + line.len()].copy_from_slice(line);
        }
    }
}

impl TestRenderer for Painter {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        for (id, images) in delta.set.drain() {
            images.into_iter().for_each(|image| self.change(id, image));
        }
        delta.free.drain().for_each(|id| {
            self.textures.remove(&id);
        });
    }

    fn render(&mut self, ctx: &Context, output: &FullOutput) -> Result<RgbaImage, String> {
        let scale = ctx.pixels_per_point();
        let size = ctx.content_rect().size() * scale;
        let mut sheet = Sheet::new(size.x.round() as usize, size.y.round() as usize);
        for ClippedPrimitive { clip_rect, primitive } in ctx.tessellate(output.shapes.clone(), scale) {
            let Primitive::Mesh(mesh) = primitive else { return Err("only triangles are drawn here".into()) };
            let texture = self.textures.get(&mesh.texture_id).ok_or("a texture is missing")?;
            let clip = Clip::new(clip_rect, scale, &sheet);
            for corners in mesh.indices.chunks_exact(3) {
                let corner = |i: usize| Corner::new(&mesh.vertices[corners[i] as usize], scale);
                sheet.triangle([corner(0), corner(1), corner(2)], &clip, texture);
            }
        }
        Ok(sheet.finish())
    }
}

/// Columns and rows that may be drawn on: from the first up to, not including, the last.
struct Clip {
    columns: [usize; 2],
    rows: [usize; 2],
}

impl Clip {
    fn new(rect: Rect, scale: f32, sheet: &Sheet) -> Clip {
        let dots =
            |from: f32, to: f32, most: usize| [from, to].map(|v| (v * scale).round().clamp(0.0, most as f32) as usize);
        Clip {
            columns: dots(rect.left(), rect.right(), sheet.width),
            rows: dots(rect.top(), rect.bottom(), sheet.height),
        }
    }
}

/// One corner of a triangle, in dots.
struct Corner {
    x: f32,
    y: f32,
    u: f32,
    v: f32,
    colour: Colour,
}

impl Corner {
    fn new(vertex: &Vertex, scale: f32) -> Corner {
        let colour = vertex.color.to_array().map(f32::from);
        Corner { x: vertex.pos.x * scale, y: vertex.pos.y * scale, u: vertex.uv.x, v: vertex.uv.y, colour }
    }

    /// Twice the area of the triangle of these two corners and a point; its sign says on which side of the edge the point is.
    fn side(&self, next: &Corner, x: f32, y: f32) -> f32 {
        (next.x - self.x) * (y - self.y) - (next.y - self.y) * (x - self.x)
    }

    /// Whether a point on the edge itself belongs to this triangle, so that two that share an edge draw each dot once.
    fn owns(&self, next: &Corner) -> bool {
        next.y < self.y || (next.y == self.y && next.x > self.x)
    }
}

/// The picture while it is drawn.
struct Sheet {
    width: usize,
    height: usize,
    dots: Vec<Colour>,
}

impl Sheet {
    fn new(width: usize, height: usize) -> Sheet {
        Sheet { width, height, dots: vec![[0.0; 4]; width * height] }
    }

    fn triangle(&mut self, [a, mut b, mut c]: [Corner; 3], clip: &Clip, texture: &ColorImage) {
        let mut area = a.side(&b, c.x, c.y);
        if area < 0.0 {
            (b, c, area) = (c, b, -area);
        }
        if area == 0.0 {
            return;
        }
        let span = |values: [f32; 3], [from, to]: [usize; 2]| {
            let least = values.into_iter().fold(f32::MAX, f32::min).floor().max(from as f32) as usize;
            let most = values.into_iter().fold(f32::MIN, f32::max).ceil().clamp(0.0, to as f32) as usize;
            least..most
        };
        // Most of a window is of one colour: looked up once.
        let plain = |of: fn(&Corner) -> [f32; 2]| of(&a) == of(&b) && of(&b) == of(&c);
        let one_sample = plain(|c| [c.u, c.v]).then(|| sample(texture, a.u, a.v));
        for row in span([a.y, b.y, c.y], clip.rows) {
            for column in span([a.x, b.x, c.x], clip.columns) {
                let (x, y) = (column as f32 + 0.5, row as f32 + 0.5);
                let sides = [b.side(&c, x, y), c.side(&a, x, y), a.side(&b, x, y)];
                let owns = [b.owns(&c), c.owns(&a), a.owns(&b)];
                if sides.iter().zip(owns).any(|(side, owns)| *side < 0.0 || (*side == 0.0 && !owns)) {
                    continue;
                }
                let mix = |p: f32, q: f32, r: f32| (p * sides[0] + q * sides[1] + r * sides[2]) / area;
                let sample = one_sample.unwrap_or_else(|| sample(texture, mix(a.u, b.u, c.u), mix(a.v, b.v, c.v)));
                let colour: Colour =
                    std::array::from_fn(|i| mix(a.colour[i], b.colour[i], c.colour[i]) * sample[i] / 255.0);
                let dot = &mut self.dots[row * self.width + column];
                *dot = std::array::from_fn(|i| colour[i] + dot[i] * (1.0 - colour[3] / 255.0));
            }
        }
    }

    fn finish(self) -> RgbaImage {
        let bytes = self.dots.into_iter().flatten().map(|v| v.round().clamp(0.0, 255.0) as u8).collect();
        RgbaImage::from_raw(self.width as u32, self.height as u32, bytes).expect("four bytes a dot")
    }
}

/// The colour of a texture between its dots.
fn sample(texture: &ColorImage, u: f32, v: f32) -> Colour {
    let [width, height] = texture.size;
    let place = |at: f32, size: usize| {
        let at = at * size as f32 - 0.5;
        let dot = |v: f32| v.clamp(0.0, size as f32 - 1.0) as usize;
        (dot(at.floor()), dot(at.floor() + 1.0), at - at.floor())
    };
    let ((left, right, x), (top, bottom, y)) = (place(u, width), place(v, height));
    let dot = |column: usize, row: usize| -> Colour {
        let colour: Color32 = texture.pixels[row * width + column];
        colour.to_array().map(f32::from)
    };
    let (nw, ne, sw, se) = (dot(left, top), dot(right, top), dot(left, bottom), dot(right, bottom));
    std::array::from_fn(|i| {
        let (above, below) = (nw[i] + (ne[i] - nw[i]) * x, sw[i] + (se[i] - sw[i]) * x);
        above + (below - above) * y
    })
}
