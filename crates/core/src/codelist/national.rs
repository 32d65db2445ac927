use super::lists;

lists! {
    /// 证件类型.
    ID_TYPE = "id_type" {
        "resident_id" "居民身份证" "Resident identity card",
        "household_register" "户口簿" "Household register",
        "hk_macau_permit" "港澳居民来往内地通行证" "Mainland travel permit (Hong Kong, Macau)",
        "taiwan_permit" "台湾居民来往大陆通行证" "Mainland travel permit (Taiwan)",
        "residence_permit" "港澳台居民居住证" "Residence permit (Hong Kong, Macau, Taiwan)",
        "foreign_permanent" "外国人永久居留身份证" "Foreign permanent resident card",
        "passport" "护照" "Passport",
        "birth_certificate" "出生医学证明" "Birth certificate",
        "none" "无证待核" "None, to be verified",
    }
    /// 性别, GB/T 2261.1.
    SEX = "sex" {
        "0" "未知" "Unknown",
        "1" "男" "Male",
        "2" "女" "Female",
        "9" "未说明" "Not stated",
    }
    /// 婚姻, GB/T 2261.2.
    MARITAL = "marital" {
        "10" "未婚" "Never married",
        "20" "已婚" "Married",
        "21" "初婚" "First marriage",
        "22" "再婚" "Remarried",
        "23" "复婚" "Remarried to the same spouse",
        "30" "丧偶" "Widowed",
        "40" "离婚" "Divorced",
        "90" "未说明" "Not stated",
    }
    /// 残疾类别, digit 19 of the certificate.
    DISABILITY_TYPE = "disability_type" {
        "1" "视力" "Sight",
        "2" "听力" "Hearing",
        "3" "言语" "Speech",
        "4" "肢体" "Body",
        "5" "智力" "Intellect",
        "6" "精神" "Mind",
        "7" "多重" "Several",
    }
    /// 残疾等级, digit 20 of the certificate.
    DISABILITY_GRADE = "disability_grade" {
        "1" "一级" "Grade 1 (most severe)",
        "2" "二级" "Grade 2",
        "3" "三级" "Grade 3",
        "4" "四级" "Grade 4",
    }
    /// 学历, GB/T 4658 (first level).
    EDUCATION = "education" {
        "10" "研究生" "Postgraduate",
        "20" "大学本科" "Bachelor",
        "30" "大学专科" "Junior college",
        "40" "中等职业" "Secondary vocational",
        "60" "普通高中" "Senior secondary",
        "70" "初中" "Junior secondary",
        "80" "小学" "Primary",
        "90" "其他" "Other",
    }
    /// 与户主关系, GB/T 4761 (first level).
    RELATION = "relation" {
        "0" "本人或户主" "Self or head",
        "1" "配偶" "Spouse",
        "2" "子" "Son",
        "3" "女" "Daughter",
        "4" "孙子、孙女或外孙子、外孙女" "Grandchild",
        "5" "父母" "Parent",
        "6" "祖父母或外祖父母" "Grandparent",
        "7" "兄、弟、姐、妹" "Sibling",
        "8" "其他" "Other",
    }
    /// 政治面貌, GB/T 4762.
    POLITICAL = "political" {
        "01" "中共党员" "Member of the Communist Party",
        "02" "中共预备党员" "Probationary member of the Communist Party",
        "03" "共青团员" "Member of the Communist Youth League",
        "04" "民革党员" "Member of the Revolutionary Committee of the Kuomintang",
        "05" "民盟盟员" "Member of the China Democratic League",
        "06" "民建会员" "Member of the National Construction Association",
        "07" "民进会员" "Member of the Association for Promoting Democracy",
        "08" "农工党党员" "Member of the Peasants' and Workers' Democratic Party",
        "09" "致公党党员" "Member of the Zhi Gong Party",
        "10" "九三学社社员" "Member of the Jiusan Society",
        "11" "台盟盟员" "Member of the Taiwan Democratic Self-Government League",
        "12" "无党派人士" "Without party affiliation",
        "13" "群众" "Citizen",
    }
    /// 民族, GB/T 3304.
    ETHNIC = "ethnic" {
        "01" "汉族" "Han",
        "02" "蒙古族" "Mongol",
        "03" "回族" "Hui",
        "04" "藏族" "Tibetan",
        "05" "维吾尔族" "Uygur",
        "06" "苗族" "Miao",
        "07" "彝族" "Yi",
        "08" "壮族" "Zhuang",
        "09" "布依族" "Bouyei",
        "10" "朝鲜族" "Korean",
        "11" "满族" "Manchu",
        "12" "侗族" "Dong",
        "13" "瑶族" "Yao",
        "14" "白族" "Bai",
        "15" "土家族" "Tujia",
        "16" "哈尼族" "Hani",
        "17" "哈萨克族" "Kazak",
        "18" "傣族" "Dai",
        "19" "黎族" "Li",
        "20" "傈僳族" "Lisu",
        "21" "佤族" "Va",
        "22" "畲族" "She",
        "23" "高山族" "Gaoshan",
        "24" "拉祜族" "Lahu",
        "25" "水族" "Sui",
        "26" "东乡族" "Dongxiang",
        "27" "纳西族" "Naxi",
        "28" "景颇族" "Jingpo",
        "29" "柯尔克孜族" "Kirgiz",
        "30" "土族" "Tu",
        "31" "达斡尔族" "Daur",
        "32" "仫佬族" "Mulao",
        "33" "羌族" "Qiang",
        "34" "布朗族" "Blang",
        "35" "撒拉族" "Salar",
        "36" "毛南族" "Maonan",
        "37" "仡佬族" "Gelao",
        "38" "锡伯族" "Xibe",
        "39" "阿昌族" "Achang",
        "40" "普米族" "Pumi",
        "41" "塔吉克族" "Tajik",
        "42" "怒族" "Nu",
        "43" "乌孜别克族" "Uzbek",
        "44" "俄罗斯族" "Russian",
        "45" "鄂温克族" "Ewenki",
        "46" "德昂族" "De'ang",
        "47" "保安族" "Bonan",
        "48" "裕固族" "Yugur",
        "49" "京族" "Gin",
        "50" "塔塔尔族" "Tatar",
        "51" "独龙族" "Derung",
        "52" "鄂伦春族" "Oroqen",
        "53" "赫哲族" "Hezhen",
        "54" "门巴族" "Monba",
        "55" "珞巴族" "Lhoba",
        "56" "基诺族" "Jino",
        "97" "其他" "Other",
        "98" "外国血统中国籍人士" "Of foreign descent",
    }
}
