//! Signs that mean one character: traditional and simplified forms (繁简) and variants (异体) as they stand in the names of
//! older documents. It holds what occurs in names, not the whole script: a sign that is missing here still sounds the
//! same, and that is compared as well.

use super::fold;

/// Pairs: the other sign, the one it is compared as. Only signs that are nobody's own name besides: 於 is a surname of its
/// own and no 于, 乾 and 幹 are no 干.
const SIGNS: &str = "\
張张陳陈劉刘楊杨黃黄趙赵吳吴週周孫孙馬马鄭郑謝谢許许韓韩馮冯蕭萧葉叶蘇苏盧卢鐘钟鍾钟陸陆賈贾鄒邹龔龚賴赖譚谭龍龙\
萬万顧顾嚴严閻阎閆闫魯鲁韋韦倫伦賀贺龐庞鄧邓羅罗呂吕蔣蒋畢毕連连藍蓝歐欧陽阳喬乔寧宁甯宁紀纪顏颜遲迟聶聂單单蘭兰\
駱骆饒饶華华尋寻鄔邬時时湯汤應应談谈貝贝費费薩萨鮑鲍齊齐竇窦閔闵閩闽諸诸樓楼衛卫倉仓鄺邝戰战麥麦塗涂雲云關关陰阴\
過过頓顿國国強强彊强軍军偉伟傑杰勝胜貴贵發发財财寶宝寳宝興兴義义禮礼愛爱鳳凤鶯莺鵬鹏鴻鸿鶴鹤鷺鹭鴿鸽鵑鹃紅红綠绿\
銀银鋒锋銘铭鋼钢錦锦鈞钧鍵键鎮镇鐵铁錢钱鈴铃銳锐鍇锴鑒鉴鑑鉴鏡镜鈺钰鉅钜鎖锁錫锡釗钊鐸铎榮荣樹树樺桦權权橋桥橫横\
東东業业極极標标棟栋楓枫檢检機机歡欢歲岁滿满漢汉澤泽濤涛潔洁淨净湧涌瀾澜潤润濱滨沖冲漁渔燦灿煥焕爾尔煒炜輝辉煇辉\
燁烨熾炽燈灯爐炉煉炼獻献瑩莹瑤瑶璽玺瓊琼瑋玮瓏珑璉琏環环珎珍畫画當当疊叠癡痴盡尽監监睏困磚砖祿禄禎祯禪禅種种穎颖\
頴颖積积穩稳筆笔簡简籃篮紹绍維维緯纬綺绮綱纲經经緒绪線线練练綵彩緣缘縣县繡绣綉绣續续繼继紋纹純纯絲丝絹绢統统纓缨\
聖圣聰聪聯联職职聲声肅肃舉举艷艳艶艳豔艳藝艺蓮莲莊庄葦苇蔭荫薈荟蘊蕴薔蔷蕓芸蘆芦虛虚號号蟬蝉術术裏里補补規规視视\
覺觉觀观訓训託托記记詩诗詠咏誠诚誌志語语謙谦諾诺諒谅論论調调講讲謹谨證证譽誉讓让賢贤賓宾贊赞贇赟貞贞資资賜赐賽赛\
質质躍跃車车軒轩輪轮轉转辦办農农運运達达遠远選选遷迁邊边鄉乡醫医釋释長长門门開开間间閃闪閣阁閱阅闊阔隊队際际隨随\
難难離离雙双雛雏雞鸡霧雾靈灵靜静韻韵響响順顺預预頌颂頡颉項项領领題题願愿類类風风飛飞飄飘館馆駿骏騰腾驊骅驕骄驚惊\
馳驰駒驹馴驯鬆松鬥斗魚鱼鮮鲜鯤鲲鯉鲤麗丽黨党齡龄龜龟儀仪億亿優优備备傳传僑侨儉俭兒儿兩两冊册剛刚創创劍剑劇剧勁劲\
動动務务勛勋勳勋勵励勸劝匯汇區区協协厲厉參参員员問问啟启啓启喚唤嘯啸嚮向圓圆圍围園园團团堅坚報报場场塵尘壯壮壽寿\
夢梦夾夹奮奋婁娄婦妇媽妈嫻娴嫺娴嬌娇孌娈學学寬宽審审寫写對对導导將将屆届層层島岛崗岗嶺岭嶽岳嵐岚峯峰峽峡幣币帶带\
幫帮慶庆廣广廟庙廠厂彥彦彌弥徑径復复從从徵征恆恒悅悦惲恽愷恺態态憲宪懷怀戲戏戶户擁拥揚扬換换揮挥攜携擇择據据敘叙\
敵敌數数斂敛斷断晉晋暉晖曉晓曄晔書书會会條条棲栖樂乐樸朴昇升陞升羣群喆哲堃坤甦苏氷冰濬浚汎泛珮佩玅妙秌秋菓果蕚萼\
蘂蕊裡里遡溯鉄铁銕铁鎔熔靱韧飈飙髙高眞真愼慎鎭镇淸清靑青爲为衆众並并竝并與与壹一弍二叁三";

/// The text as names are compared sign by sign: [`fold`], and each sign as the one it is a form of.
pub fn same_signs(text: &str) -> String {
    fold(text).chars().map(plain_sign).collect()
}

fn plain_sign(c: char) -> char {
    let mut signs = SIGNS.chars();
    while let (Some(other), Some(plain)) = (signs.next(), signs.next()) {
        if other == c {
            return plain;
        }
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_sign_are_one() {
        for (a, b) in [
            ("張三豐", "张三豐"),
            ("陳麗華", "陈丽华"),
            ("黄國強", "黄国强"),
            ("欧阳曉峯", "歐陽晓峰"),
            ("林甦", "林苏"),
            ("鐘偉", "鍾伟"),
            ("髙眞", "高真"),
            ("Anne-Marie", "annemarie"),
        ] {
            assert_eq!(same_signs(a), same_signs(b), "{a} {b}");
        }
        for (a, b) in [("陈秀英", "陈秀瑛"), ("章三", "张三"), ("於是", "于是"), ("林静", "林净")] {
            assert_ne!(same_signs(a), same_signs(b), "{a} {b}");
        }
    }

    #[test]
    fn the_pairs_are_pairs_and_lead_to_one_sign() {
        assert_eq!(SIGNS.chars().count() % 2, 0);
        for c in SIGNS.chars() {
            let plain = plain_sign(c);
            assert_eq!(plain_sign(plain), plain, "{c} leads to {plain} and on");
        }
    }
}
